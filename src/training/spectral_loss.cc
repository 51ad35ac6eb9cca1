#include "training/spectral_loss.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "audio/fft.h"
#include "audio/spectrum.h"
#include "compute/torch/torch_ops.h"

namespace myna::training {

MelLoss::MelLoss(int sample_rate, const std::vector<MelScale>& scales) {
  for (const MelScale& scale : scales) {
    const int64_t n = scale.n_fft, bins = n / 2 + 1;
    Scale out;
    out.hop = n / 4;
    const std::vector<float> window = audio::periodic_hann(int(n));
    out.basis = at::empty({2 * bins, 1, n});
    float* basis = out.basis.data_ptr<float>();
    for (int64_t k = 0; k < bins; ++k)
      for (int64_t i = 0; i < n; ++i) {
        // k * i modulo n keeps the angle small and exact.
        const double angle = 2 * std::numbers::pi * double(k * i % n) / double(n);
        basis[k * n + i] = float(std::cos(angle)) * window[size_t(i)];
        basis[(bins + k) * n + i] = float(std::sin(angle)) * window[size_t(i)];
      }
    const audio::MelBank bank = audio::slaney_mel_bank(sample_rate, int(n), int(scale.mels));
    out.filters = at::empty({scale.mels, bins, 1});
    std::memcpy(out.filters.data_ptr<float>(), bank.weights.values.data(),
                bank.weights.values.size() * sizeof(float));
    scales_.push_back(std::move(out));
  }
}

at::Tensor MelLoss::log_mel(const at::Tensor& wave, size_t index) const {
  const Scale& scale = scales_[index];
  const at::Tensor basis = scale.basis.to(wave.device());
  const int64_t bins = basis.size(0) / 2;
  compute::ConvSpec transform{.in = 1, .out = 2 * bins, .kernel = basis.size(2),
                              .stride = scale.hop};
  const at::Tensor parts = compute::torch_ops::conv1d(wave, basis, {}, transform, /*bf16=*/false);
  const at::Tensor magnitude =
      (parts.narrow(1, 0, bins).square() + parts.narrow(1, bins, bins).square() + 1e-8).sqrt();
  const at::Tensor filters = scale.filters.to(wave.device());
  const compute::ConvSpec bank{.in = bins, .out = filters.size(0)};
  return compute::torch_ops::conv1d(magnitude, filters, {}, bank, /*bf16=*/false)
      .clamp_min(1e-5)
      .log();
}

at::Tensor MelLoss::operator()(const at::Tensor& a, const at::Tensor& b) const {
  at::Tensor sum;
  for (size_t i = 0; i < scales_.size(); ++i) {
    const at::Tensor distance = (log_mel(a, i) - log_mel(b, i)).abs().mean();
    sum = sum.defined() ? sum + distance : distance;
  }
  return sum / double(scales_.size());
}

}  // namespace myna::training
