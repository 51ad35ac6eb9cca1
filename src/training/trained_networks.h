// Trained networks that other trainings listen with, from a training run or a shipped file.
// Gradients of their weights and dropout are off; gradients pass through them to their input.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "compute/torch/torch_backend.h"
#include "models/content_encoder.h"
#include "models/speaker_verifier.h"

namespace myna::training {

/// Where a listening network runs, and how.
struct ListeningOptions {
  std::string device = "cpu";
  bool bf16 = false;
};

struct TrainedContent {
  std::unique_ptr<compute::TorchBackend> backend;
  std::unique_ptr<models::ContentEncoder> encoder;
  std::string digest;  ///< SHA-256 of the file that the weights came from
};

struct TrainedVerifier {
  std::unique_ptr<compute::TorchBackend> backend;
  std::unique_ptr<models::SpeakerVerifier> network;
  std::string digest;  ///< as above
};

/// `where`: folder of a run (the newest snapshot's averaged weights) or a model file. Throws
/// Error(kNotFound | kInvalidModel) naming the file.
TrainedContent load_trained_content(const std::filesystem::path& where,
                                    const ListeningOptions& options);
TrainedVerifier load_trained_verifier(const std::filesystem::path& where,
                                      const ListeningOptions& options);

/// Averaged (else plain) weights of one part of a snapshot, by official name.
std::map<std::string, tensor::HostTensor> snapshot_weights(const std::filesystem::path& snapshot,
                                                           const std::string& part);

}  // namespace myna::training
