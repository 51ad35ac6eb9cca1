// How far two waveforms are apart to the ear, roughly: L1 distance of log-mel spectra at several
// window sizes (multi-scale mel loss, as in Kumar et al. 2023, "Improved RVQGAN").
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "training/torch_features.h"

namespace myna::training {

struct MelScale {
  int64_t n_fft = 1024;
  int64_t mels = 80;
};

class MelLoss {
 public:
  /// Hop is a quarter of each window.
  MelLoss(int sample_rate, const std::vector<MelScale>& scales);

  /// Mean over scales of mean |log mel(a) - log mel(b)|. a, b [B, 1, samples], at least as long as
  /// the longest window. Gradients flow to a.
  at::Tensor operator()(const at::Tensor& a, const at::Tensor& b) const;

 private:
  std::vector<LogMelFeatures> scales_;
};

}  // namespace myna::training
