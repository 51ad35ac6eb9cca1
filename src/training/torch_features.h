// The features that listening networks read, made of waveforms on torch so that gradients flow back
// into the samples. Same numbers as audio/spectrum.h gives at inference, away from the ends.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace myna::training {

/// Log-mel magnitudes (Slaney bands up to half the rate, floor 1e-5), whole windows only.
class LogMelFeatures {
 public:
  LogMelFeatures(int sample_rate, int64_t n_fft, int64_t hop, int64_t mels);
  /// wave [B, 1, samples] -> [B, mels, 1 + (samples - n_fft) / hop]
  at::Tensor operator()(const at::Tensor& wave) const;

 private:
  int64_t hop_;
  at::Tensor window_;   ///< [n_fft]
  at::Tensor filters_;  ///< [mels, bins]
};

/// Log filter banks as audio::kaldi_fbank.
class KaldiFeatures {
 public:
  KaldiFeatures(int sample_rate, int64_t bands);
  /// wave [B, 1, samples] -> [B, bands, frames], 100 frames per second
  at::Tensor operator()(const at::Tensor& wave) const;

 private:
  int64_t shift_, padded_;
  at::Tensor shape_;    ///< [length, length]: mean removed, pre-emphasis and window in one product
  at::Tensor filters_;  ///< [bands, padded / 2]
};

}  // namespace myna::training
