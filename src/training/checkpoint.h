// Snapshots of a training run: safetensors files "checkpoint-<step>.safetensors" in the run's
// folder, written beside and renamed, the last two kept.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "tensor/host_tensor.h"

namespace myna::training {

struct Checkpoint {
  int64_t step = 0;
  double seconds = 0;  ///< trained so far, over all resumed runs
  Json config;         ///< the recipe as it was used
  Json notes;          ///< anything else: metrics, seed, corpus digest
  std::map<std::string, at::Tensor> tensors;
};

/// CPU copies between torch and files; f32 and i64 only.
tensor::HostTensor to_host(const at::Tensor& value);
at::Tensor to_torch(const tensor::HostTensor& value);

/// Writes the snapshot and removes all but the newest two.
void save_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);

/// The newest readable snapshot of the folder; nothing when there is none. Throws
/// Error(kInvalidModel) when the newest is damaged, naming it.
std::optional<Checkpoint> load_newest_checkpoint(const std::filesystem::path& folder);

/// File of the newest snapshot. Throws Error(kNotFound) when the folder has none.
std::filesystem::path newest_checkpoint(const std::filesystem::path& folder);

Checkpoint load_checkpoint(const std::filesystem::path& file);

}  // namespace myna::training
