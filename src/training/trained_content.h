// A trained content encoder on the torch backend, from a training run or a shipped file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "compute/torch/torch_backend.h"
#include "models/content_encoder.h"

namespace myna::training {

struct TrainedContent {
  std::unique_ptr<compute::TorchBackend> backend;
  std::unique_ptr<models::ContentEncoder> encoder;
  std::string digest;  ///< SHA-256 of the file that the weights came from
};

/// `where`: folder of a run (the newest snapshot's averaged weights) or a model file. Gradients and
/// dropout are off.
TrainedContent load_trained_content(const std::filesystem::path& where, bool bf16);

/// Averaged (else plain) weights of one part of a snapshot, by official name.
std::map<std::string, tensor::HostTensor> snapshot_weights(const std::filesystem::path& snapshot,
                                                           const std::string& part);

}  // namespace myna::training
