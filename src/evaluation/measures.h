// What can be measured of a recording without knowing what is said.
#pragma once

#include <vector>

#include "audio/clip.h"

namespace myna::evaluation {

struct VoiceMeasures {
  double pitch_low_hz = 0, pitch_median_hz = 0, pitch_high_hz = 0;  ///< 5th, 50th, 95th percentile
  double pitch_range_semitones = 0;                                 ///< low to high
  double silence_share = 0;
};

/// Over all voiced frames of all clips; zeros when nothing is voiced.
VoiceMeasures measure_voices(const std::vector<audio::Clip>& clips);

}  // namespace myna::evaluation
