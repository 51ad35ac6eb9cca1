// A decoder that makes one spectrum per frame and overlap-adds their inverse transforms: ConvNeXt
// blocks (Liu et al. 2022) at a constant frame rate and an inverse-STFT head (Vocos, Siuzdak 2023).
// Far cheaper than upsampling with convolutions. The head predicts either the spectrum itself,
// magnitudes and phases, or ("harmonic") how the mouth filters an excitation: magnitude and phase
// for the pulses, magnitude for the noise. A filter needs no phase to sound voiced, so it learns
// from a spectral loss alone.
//
// Tensors: NAME.{conv_pre, cond, up, blocks.N.{dwconv, norm | modulation, pwconv1, pwconv2, gamma},
// norm, head}.
#pragma once

#include <string>
#include <vector>

#include "models/wave_decoder.h"

namespace myna::models {

/// Inverse STFT with a periodic Hann window: [B, n_fft + 2, F] (real parts of all bins, then
/// imaginary parts) -> [B, 1, F * hop]. Frame f is centred on sample (f + 1/2) * hop, so pieces of
/// the frame axis give pieces of the signal. Divided by the sum of squared windows, so that it
/// inverts an STFT with the same window and centres.
class InverseStft {
 public:
  InverseStft(Backend& backend, int64_t n_fft, int64_t hop);
  Tensor operator()(Backend& backend, const Tensor& spectrum) const;
  /// Frames on each side that a hop of samples depends on.
  int64_t context_frames() const { return ((n_fft_ - hop_) / 2 + hop_ - 1) / hop_; }

 private:
  Tensor inverse_envelope(Backend& backend, int64_t frames) const;  ///< [1, 1, frames * hop]

  Conv1d overlap_add_;
  std::vector<Tensor> squares_;  ///< [1, 1, hop]: what a window adds to the hop of a near frame
  int64_t n_fft_, hop_;
};

/// Short-time transform with the windows and centres that InverseStft inverts:
/// [B, 1, F * hop] -> [B, n_fft + 2, F].
class ForwardStft {
 public:
  ForwardStft() = default;
  ForwardStft(Backend& backend, int64_t n_fft, int64_t hop);
  Tensor operator()(Backend& backend, const Tensor& wave) const {
    return transform_(backend, wave);
  }

 private:
  Conv1d transform_;
};

class IstftDecoder : public WaveDecoder {
 public:
  IstftDecoder(Backend& backend, ParameterSource& source, const std::string& name,
               const IstftConfig& config, int64_t in_channels, int64_t gin_channels,
               Precision precision);

  Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                const Tensor& excitation) const override;
  bool wants_excitation() const override { return config_.harmonic; }
  int64_t context_frames() const override { return context_; }

 private:
  struct Block {
    Conv1d depthwise;
    Tensor norm_gain, norm_bias;  ///< absent when modulated
    Conv1d modulation;            ///< style -> scale and shift, when modulated
    Conv1d up, down;
    Tensor gamma;  ///< [dim, 1], layer scale
  };
  Tensor run(Backend& backend, const Block& block, const Tensor& x, const Tensor& style) const;
  Tensor predicted(Backend& backend, const Tensor& heads) const;
  Tensor filtered(Backend& backend, const Tensor& heads, const Tensor& excitation) const;

  IstftConfig config_;
  Conv1d pre_, cond_, up_;
  std::vector<Block> blocks_;
  ChannelNorm norm_;
  Conv1d head_;
  ForwardStft forward_;
  InverseStft inverse_;
  int64_t context_;
};

}  // namespace myna::models
