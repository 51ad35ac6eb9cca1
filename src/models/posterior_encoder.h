// The posterior encoder of SoVITS (enc_q): a spectrogram to latents. Used in training only.
// VITS; reference: module/models.py PosteriorEncoder.
#pragma once

#include <string>

#include "models/sovits_config.h"
#include "models/wavenet.h"

namespace myna::models {

struct Posterior {
  Tensor z, mean, log_std;  ///< [B, inter, T], zero at and beyond the lengths
};

class PosteriorEncoder {
 public:
  PosteriorEncoder(Backend& backend, ParameterSource& source, const std::string& name,
                   const SovitsConfig& config, Precision precision);

  /// Magnitude spectrogram [B, filter_length / 2 + 1, T]; style [B, gin, 1], into which no gradient
  /// flows; noise [B, inter, T], standard normal.
  Posterior operator()(Backend& backend, const Tensor& spec, const Lengths& lengths,
                       const Tensor& style, const Tensor& noise) const;

 private:
  Conv1d pre_;
  WaveNet net_;
  Conv1d proj_;
  int64_t inter_;
};

}  // namespace myna::models
