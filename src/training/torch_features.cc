#include "training/torch_features.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "audio/fft.h"
#include "audio/spectrum.h"
#include "compute/torch/torch_ops.h"

namespace myna::training {
namespace {

at::Tensor to_tensor(const audio::Matrix& matrix) {
  at::Tensor out = at::empty({matrix.rows, matrix.cols});
  std::copy(matrix.values.begin(), matrix.values.end(), out.data_ptr<float>());
  return out;
}

/// Overlapping windows: [B, 1, samples] -> [B, frames, length].
at::Tensor windows(const at::Tensor& wave, int64_t length, int64_t hop) {
  return wave.squeeze(1).unfold(1, length, hop);
}

at::Tensor power_spectrum(const at::Tensor& frames, int64_t padded) {
  return at::view_as_real(at::fft_rfft(frames, padded)).square().sum(-1);
}

/// [B, frames, bins] -> the logarithms of [B, bands, frames].
at::Tensor log_bands(const at::Tensor& spectrum, const at::Tensor& filters, double floor) {
  return compute::torch_ops::linear(spectrum, filters.to(spectrum.device()), {}, /*bf16=*/false)
      .clamp_min(floor)
      .log()
      .transpose(1, 2);
}

}  // namespace

LogMelFeatures::LogMelFeatures(int sample_rate, int64_t n_fft, int64_t hop, int64_t mels)
    : hop_(hop), window_(at::empty({n_fft})) {
  const std::vector<float> window = audio::periodic_hann(int(n_fft));
  std::copy(window.begin(), window.end(), window_.data_ptr<float>());
  filters_ = to_tensor(audio::slaney_mel_bank(sample_rate, int(n_fft), int(mels)).weights);
}

at::Tensor LogMelFeatures::operator()(const at::Tensor& wave) const {
  const int64_t n = window_.size(0);
  const at::Tensor frames = windows(wave, n, hop_) * window_.to(wave.device());
  return log_bands((power_spectrum(frames, n) + 1e-8).sqrt(), filters_, 1e-5);
}

KaldiFeatures::KaldiFeatures(int sample_rate, int64_t bands)
    : shift_(sample_rate / 100), padded_(int64_t(std::bit_ceil(unsigned(sample_rate) / 40))) {
  const int64_t length = sample_rate / 40;
  const std::vector<float> window = audio::povey_window(int(length));
  const at::Tensor centred = at::eye(length) - at::full({length, length}, 1.0 / double(length));
  const at::Tensor previous = at::cat({centred.narrow(0, 0, 1), centred.narrow(0, 0, length - 1)});
  at::Tensor column = at::empty({length, 1});
  std::copy(window.begin(), window.end(), column.data_ptr<float>());
  shape_ = (centred - 0.97 * previous) * column;
  filters_ = to_tensor(audio::kaldi_mel_bank(sample_rate, int(padded_), int(bands)).weights);
}

at::Tensor KaldiFeatures::operator()(const at::Tensor& wave) const {
  const at::Tensor frames = compute::torch_ops::linear(
      windows(wave, shape_.size(0), shift_).contiguous(), shape_.to(wave.device()), {},
      /*bf16=*/false);
  const at::Tensor power = power_spectrum(frames, padded_).narrow(2, 0, padded_ / 2);
  return log_bands(power, filters_, double(std::numeric_limits<float>::epsilon()));
}

}  // namespace myna::training
