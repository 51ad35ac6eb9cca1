// How alike two voices are, by a speaker-verification network that the synthesis was not trained
// with.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "audio/clip.h"
#include "compute/backend.h"
#include "models/speaker_verifier.h"

namespace myna::evaluation {

using SpeakerVector = std::vector<float>;  ///< unit length

class SpeakerComparison {
 public:
  /// `model`: verifier.safetensors. Throws Error(kNotFound | kInvalidModel).
  SpeakerComparison(std::shared_ptr<compute::Backend> backend, const std::filesystem::path& model);
  /// Any rate and channels, at least 0.5 s.
  SpeakerVector embed(const audio::Clip& clip) const;

 private:
  std::shared_ptr<compute::Backend> backend_;
  std::unique_ptr<models::SpeakerVerifier> network_;
};

/// Mean of unit vectors, scaled to unit length.
SpeakerVector mean_vector(const std::vector<SpeakerVector>& vectors);

/// Index of the candidate with the largest cosine. `candidates` is not empty.
size_t nearest(const SpeakerVector& vector, const std::vector<SpeakerVector>& candidates);

}  // namespace myna::evaluation
