// The normalising flow of SoVITS: residual couplings (mean only) with channel flips between them.
// VITS; reference: module/models.py ResidualCouplingBlock. Volume preserving.
#pragma once

#include <string>
#include <vector>

#include "models/sovits_config.h"
#include "models/wavenet.h"

namespace myna::models {

class Flow {
 public:
  Flow(Backend& backend, ParameterSource& source, const std::string& name,
       const SovitsConfig& config, Precision precision);

  /// Posterior latent z -> z_p in the prior's space. All [B, inter, T], style [B, gin, 1].
  Tensor forward(Backend& backend, const Tensor& z, const Lengths& lengths,
                 const Tensor& style) const;
  /// z_p -> z; the inverse of forward.
  Tensor reverse(Backend& backend, const Tensor& z_p, const Lengths& lengths,
                 const Tensor& style) const;
  /// Frames on each side that a frame of the result depends on.
  int64_t context_frames() const { return context_; }

 private:
  struct Coupling {
    Conv1d pre;
    WaveNet net;
    Conv1d post;
  };
  /// The mean that a coupling adds to the second half, from the first half.
  Tensor mean(Backend& backend, const Coupling& coupling, const Tensor& first,
              const Lengths& lengths, const Tensor& style) const;

  std::vector<Coupling> couplings_;
  int64_t half_, context_;
};

}  // namespace myna::models
