#include "training/checkpoint.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "tensor/safetensors.h"

namespace myna::training {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPrefix = "checkpoint-", kSuffix = ".safetensors";

/// Snapshots of the folder by step.
std::map<int64_t, fs::path> snapshots(const fs::path& folder) {
  std::map<int64_t, fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const std::string digits =
        name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) continue;
    out[std::stoll(digits)] = entry.path();
  }
  return out;
}

}  // namespace

tensor::HostTensor to_host(const at::Tensor& value) {
  const tensor::Shape shape = value.sizes().vec();
  if (value.is_floating_point()) {
    const at::Tensor plain = value.detach().to(at::kCPU, at::kFloat).contiguous();
    const float* data = plain.data_ptr<float>();
    return tensor::HostTensor::from_floats(shape, {data, data + plain.numel()});
  }
  const at::Tensor plain = value.detach().to(at::kCPU, at::kLong).contiguous();
  const int64_t* data = plain.data_ptr<int64_t>();
  return tensor::HostTensor::from_ints(shape, {data, data + plain.numel()});
}

at::Tensor to_torch(const tensor::HostTensor& value) {
  using tensor::DType;
  const bool real = value.dtype() == DType::kF32 || value.dtype() == DType::kF16 ||
                    value.dtype() == DType::kBF16 || value.dtype() == DType::kF64;
  at::Tensor out =
      at::empty(value.shape(), at::TensorOptions().dtype(real ? at::kFloat : at::kLong));
  if (real) {
    const std::vector<float> values = value.to_floats();
    if (!values.empty()) std::memcpy(out.data_ptr<float>(), values.data(), values.size() * 4);
  } else {
    const std::vector<int64_t> values = value.to_ints();
    if (!values.empty()) std::memcpy(out.data_ptr<int64_t>(), values.data(), values.size() * 8);
  }
  return out;
}

void save_checkpoint(const fs::path& folder, const Checkpoint& checkpoint) {
  std::map<std::string, tensor::HostTensor> tensors;
  for (const auto& [name, value] : checkpoint.tensors) tensors[name] = to_host(value);
  const Json header = {{"step", checkpoint.step},
                       {"seconds", checkpoint.seconds},
                       {"config", checkpoint.config},
                       {"notes", checkpoint.notes}};
  const fs::path file =
      folder / (std::string(kPrefix) + std::to_string(checkpoint.step) + std::string(kSuffix));
  tensor::write_safetensors(file, tensors, {{"myna_checkpoint", header.dump()}});
  std::map<int64_t, fs::path> all = snapshots(folder);
  while (all.size() > 2) {
    fs::remove(all.begin()->second);
    all.erase(all.begin());
  }
}

Checkpoint load_checkpoint(const fs::path& file) {
  const tensor::SafetensorsFile stored(file);
  const auto found = stored.metadata().find("myna_checkpoint");
  if (found == stored.metadata().end())
    throw Error(ErrorCode::kInvalidModel, "is not a training checkpoint", file.string());
  const Json header = parse_json(found->second, file.string());
  Checkpoint out;
  out.step = require<int64_t>(header, "step", file.string());
  out.seconds = require<double>(header, "seconds", file.string());
  out.config = require<Json>(header, "config", file.string());
  out.notes = require<Json>(header, "notes", file.string());
  for (const std::string& name : stored.names()) out.tensors[name] = to_torch(stored.get(name));
  return out;
}

fs::path newest_checkpoint(const fs::path& folder) {
  const std::map<int64_t, fs::path> all = snapshots(folder);
  if (all.empty())
    throw Error(ErrorCode::kNotFound, "has no training snapshot; train first", folder.string());
  return all.rbegin()->second;
}

std::optional<Checkpoint> load_newest_checkpoint(const fs::path& folder) {
  const std::map<int64_t, fs::path> all = snapshots(folder);
  if (all.empty()) return std::nullopt;
  return load_checkpoint(all.rbegin()->second);
}

}  // namespace myna::training
