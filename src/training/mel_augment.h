// Changes a log-mel spectrogram the way other speakers, rooms and microphones would, so that a
// network that reads it learns what was said and not who said it: vocal tract length perturbation
// (Jaitly and Hinton 2013) as a warp of the frequency axis, random equaliser and gain, additive
// noise, tempo change, and SpecAugment masks (Park et al. 2019).
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "base/random.h"

namespace myna::training {

/// Natural logarithm of mel magnitudes (audio::log_mel), but [frames, bins] row-major.
struct LogMel {
  int64_t bins = 0;
  std::vector<float> values;
  int64_t frames() const { return bins > 0 ? int64_t(values.size()) / bins : 0; }
};

struct MelAugmentOptions {
  float probability = 0.9f;  ///< that an utterance is changed at all (masks are always drawn)
  float warp_low = 0.85f, warp_high = 1.18f;        ///< factor on the frequency axis
  float stretch_low = 0.85f, stretch_high = 1.20f;  ///< factor on the duration
  float tilt_db = 6.0f;       ///< largest slope from the lowest to the highest bin, each way
  float equaliser_db = 4.0f;  ///< largest of each of three slow ripples
  float gain_db = 8.0f;
  float noise_probability = 0.4f;
  float snr_low_db = 8.0f, snr_high_db = 35.0f;
  int frequency_masks = 2, frequency_mask_bins = 12;
  int time_masks = 2;
  float time_mask_share = 0.05f;  ///< longest of each, as a share of the utterance

  static MelAugmentOptions from_json(const Json& json, const std::string& subject);
};

/// `sample_rate` and the mel scale (HTK or Slaney) decide where a warped frequency lands; the warp
/// is linear in Hz on the HTK scale, which is close enough on both. A pure function of its inputs.
LogMel augment_mel(const LogMel& mel, const MelAugmentOptions& options, int sample_rate, Rng rng);

/// Linear resize of the frame axis (half-pixel centres).
LogMel stretch_mel(const LogMel& mel, int64_t frames);

}  // namespace myna::training
