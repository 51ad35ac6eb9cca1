#include "training/spectral_loss.h"

#include <ATen/ATen.h>

#include <algorithm>

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
    out.window = at::empty({n});
    std::copy(window.begin(), window.end(), out.window.data_ptr<float>());
    const audio::MelBank bank = audio::slaney_mel_bank(sample_rate, int(n), int(scale.mels));
    out.filters = at::empty({scale.mels, bins});
    std::copy(bank.weights.values.begin(), bank.weights.values.end(),
              out.filters.data_ptr<float>());
    scales_.push_back(std::move(out));
  }
}

at::Tensor MelLoss::log_mel(const at::Tensor& wave, size_t index) const {
  const Scale& scale = scales_[index];
  const at::Tensor window = scale.window.to(wave.device());
  const at::Tensor frames = wave.squeeze(1).unfold(1, window.size(0), scale.hop) * window;
  const at::Tensor parts = at::view_as_real(at::fft_rfft(frames));
  const at::Tensor magnitude = (parts.square().sum(-1) + 1e-8).sqrt();  // [B, frames, bins]
  return compute::torch_ops::linear(magnitude, scale.filters.to(wave.device()), {},
                                    /*bf16=*/false)
      .clamp_min(1e-5)
      .log()
      .transpose(1, 2);
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
