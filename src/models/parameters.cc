#include "models/parameters.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/random.h"

namespace myna::models {
namespace {

constexpr size_t kKeptBytes = size_t(16) << 20;

/// FNV-1a, so that a parameter's random stream depends on its name alone.
uint64_t name_hash(const std::string& name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return hash;
}

HostTensor draw(const Shape& shape, Init init, Rng rng) {
  std::vector<float> values(size_t(tensor::element_count(shape)), 0.0f);
  switch (init.kind) {
    case Init::Kind::kZeros:
      break;
    case Init::Kind::kOnes:
      values.assign(values.size(), 1.0f);
      break;
    case Init::Kind::kConstant:
      values.assign(values.size(), init.value);
      break;
    case Init::Kind::kNormal:
      rng.fill_normal(values);
      for (float& v : values) v *= init.value;
      break;
    case Init::Kind::kUniform:
      for (float& v : values) v = rng.uniform(-init.value, init.value);
      break;
  }
  return HostTensor::from_floats(shape, std::move(values));
}

}  // namespace

Init Init::fan_in(int64_t fan) { return uniform(1.0f / std::sqrt(float(fan > 0 ? fan : 1))); }

MapSource::MapSource(Lookup lookup, std::string subject)
    : lookup_(std::move(lookup)), subject_(std::move(subject)) {}

std::unique_ptr<MapSource> MapSource::from_file(std::shared_ptr<tensor::SafetensorsFile> file,
                                                std::string prefix) {
  std::string subject = file->path().string();
  return std::make_unique<MapSource>(
      [file = std::move(file), prefix = std::move(prefix),
       given = size_t(0)](const std::string& name) mutable {
        if (!file->contains(prefix + name)) return HostTensor();
        HostTensor tensor = file->get(prefix + name);
        // What was given before has been made into layers by now.
        if (given > kKeptBytes) file->drop_pages(), given = 0;
        given += tensor.bytes().size();
        return tensor;
      },
      std::move(subject));
}

std::unique_ptr<MapSource> MapSource::from_map(std::map<std::string, HostTensor> tensors,
                                               std::string subject) {
  return std::make_unique<MapSource>(
      [tensors = std::move(tensors)](const std::string& name) {
        const auto found = tensors.find(name);
        return found == tensors.end() ? HostTensor() : found->second;
      },
      std::move(subject));
}

bool MapSource::contains(const std::string& name) const { return !lookup_(name).empty(); }

Parameter MapSource::get(const std::string& name, const Shape& shape, Init) {
  HostTensor value = lookup_(name);
  if (value.empty()) {
    throw Error(ErrorCode::kInvalidModel,
                "the model has no tensor \"" + name +
                    "\"; it is incomplete or of another kind than its configuration says",
                subject_);
  }
  if (value.shape() != shape) {
    throw Error(ErrorCode::kInvalidModel,
                "tensor \"" + name + "\" has shape " + tensor::shape_string(value.shape()) +
                    " where the configuration needs " + tensor::shape_string(shape) +
                    "; use the configuration that belongs to these weights",
                subject_);
  }
  return {name, std::move(value)};
}

FreshSource::FreshSource(uint64_t seed, ParameterSource* base) : seed_(seed), base_(base) {}

bool FreshSource::contains(const std::string& name) const {
  return base_ != nullptr && base_->contains(name);
}

Parameter FreshSource::get(const std::string& name, const Shape& shape, Init init) {
  if (contains(name)) {
    try {
      return base_->get(name, shape, init);
    } catch (const Error& error) {
      // Another shape: this network differs from the base here, so the parameter starts anew.
      if (error.code() != ErrorCode::kInvalidModel) throw;
    }
  }
  return {name, draw(shape, init, Rng(seed_, name_hash(name)))};
}

}  // namespace myna::models
