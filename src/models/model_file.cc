#include "models/model_file.h"

#include "base/error.h"

namespace myna::models {
namespace {

constexpr const char* kFormat = "myna-model-1";

std::string metadata_value(const tensor::SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) {
    throw Error(ErrorCode::kInvalidModel,
                "is not a Myna model: its metadata has no \"" + key + "\".", file.path().string());
  }
  return found->second;
}

bool is_floating(tensor::DType dtype) {
  return dtype == tensor::DType::kF32 || dtype == tensor::DType::kBF16 ||
         dtype == tensor::DType::kF64;
}

}  // namespace

ModelFile open_model_file(const std::filesystem::path& path, const std::string& kind) {
  ModelFile model;
  model.tensors = std::make_shared<tensor::SafetensorsFile>(path);
  const std::string subject = path.string();
  const std::string format = metadata_value(*model.tensors, "format");
  if (format != kFormat) {
    throw Error(ErrorCode::kInvalidModel,
                "has the format \"" + format + "\"; this program reads " + kFormat + ".", subject);
  }
  model.kind = metadata_value(*model.tensors, "kind");
  if (model.kind != kind) {
    throw Error(ErrorCode::kInvalidModel,
                "holds a \"" + model.kind + "\" network where a \"" + kind + "\" is needed.",
                subject);
  }
  model.config = parse_json(metadata_value(*model.tensors, "config"), subject);
  model.record = parse_json(metadata_value(*model.tensors, "record"), subject);
  return model;
}

void write_model_file(const std::filesystem::path& path, const std::string& kind,
                      const Json& config, const Json& record,
                      const std::map<std::string, HostTensor>& tensors, bool half) {
  std::map<std::string, HostTensor> stored;
  for (const auto& [name, value] : tensors) {
    stored[name] = half && is_floating(value.dtype()) ? value.cast(tensor::DType::kF16) : value;
  }
  tensor::write_safetensors(
      path, stored,
      {{"format", kFormat}, {"kind", kind}, {"config", config.dump()}, {"record", record.dump()}});
}

}  // namespace myna::models
