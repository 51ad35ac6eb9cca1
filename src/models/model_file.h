// A network on disk: one safetensors file whose metadata says what it is.
//   format   "myna-model-1"
//   kind     "content", "sovits", "t2s", "durations" or "verifier"; of imported voices also
//            "hubert" and others
//   config   JSON: the sizes the network is built from
//   record   JSON: how it was made (corpus digest, seed, steps, metrics, licence)
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/json.h"
#include "models/parameters.h"
#include "tensor/safetensors.h"

namespace myna::models {

struct ModelFile {
  std::shared_ptr<tensor::SafetensorsFile> tensors;
  std::string kind;
  Json config;
  Json record;
  std::unique_ptr<MapSource> source() const { return MapSource::from_file(tensors); }
  std::string subject() const { return tensors->path().string(); }
};

/// Opens and checks. Throws Error(kNotFound | kInvalidModel) naming the file and what is wrong: not
/// safetensors, not a Myna model, another kind than `kind`.
ModelFile open_model_file(const std::filesystem::path& path, const std::string& kind);

/// Writes the tensors (floating ones as F16 when `half`) beside `path` and renames.
void write_model_file(const std::filesystem::path& path, const std::string& kind,
                      const Json& config, const Json& record,
                      const std::map<std::string, HostTensor>& tensors, bool half);

}  // namespace myna::models
