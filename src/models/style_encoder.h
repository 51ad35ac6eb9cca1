// The style encoder of SoVITS (ref_enc): a spectrogram of reference speech to one style vector.
// MelStyleEncoder of Meta-StyleSpeech (Min et al. 2021); reference: module/modules.py.
#pragma once

#include <string>
#include <vector>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

using compute::Lengths;

class StyleEncoder {
 public:
  StyleEncoder(Backend& backend, ParameterSource& source, const std::string& name,
               const SovitsConfig& config, Precision precision);

  /// Magnitude spectrogram [B, style_bins, T] -> style [B, gin, 1].
  Tensor operator()(Backend& backend, const Tensor& spec, const Lengths& lengths) const;

 private:
  Linear spectral_[2];
  Conv1d temporal_[2];
  Linear q_, k_, v_, attention_out_, out_;
  int64_t heads_;
  float scale_;
};

}  // namespace myna::models
