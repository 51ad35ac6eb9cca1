// How far two waveforms are apart to the ear, roughly: L1 distance of log-mel spectra at several
// window sizes (multi-scale mel loss, as in Kumar et al. 2023, "Improved RVQGAN").
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace myna::training {

struct MelScale {
  int64_t n_fft = 1024;
  int64_t mels = 80;
};

class MelLoss {
 public:
  /// Hop is a quarter of each window.
  MelLoss(int sample_rate, const std::vector<MelScale>& scales);

  /// Mean over scales of mean |log mel(a) - log mel(b)| (natural logarithms of magnitudes, floor
  /// 1e-5). a, b [B, 1, samples], at least as long as the longest window. Gradients flow to a.
  at::Tensor operator()(const at::Tensor& a, const at::Tensor& b) const;

  /// Log mel of one scale: [B, mels, frames].
  at::Tensor log_mel(const at::Tensor& wave, size_t scale) const;

 private:
  struct Scale {
    int64_t hop = 0;
    at::Tensor window;   ///< [n_fft]
    at::Tensor filters;  ///< [mels, bins]
  };
  std::vector<Scale> scales_;
};

}  // namespace myna::training
