#include "training/spectral_loss.h"

#include <ATen/ATen.h>

namespace myna::training {

MelLoss::MelLoss(int sample_rate, const std::vector<MelScale>& scales) {
  for (const MelScale& scale : scales)
    scales_.emplace_back(sample_rate, scale.n_fft, scale.n_fft / 4, scale.mels);
}

at::Tensor MelLoss::operator()(const at::Tensor& a, const at::Tensor& b) const {
  at::Tensor sum;
  for (const LogMelFeatures& log_mel : scales_) {
    const at::Tensor distance = (log_mel(a) - log_mel(b)).abs().mean();
    sum = sum.defined() ? sum + distance : distance;
  }
  return sum / double(scales_.size());
}

}  // namespace myna::training
