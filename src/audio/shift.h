// Changes of pitch, formants and speed, for training augmentation: cheap, and good enough that a
// listener takes the result for another speaker rather than for a machine.
//
// Formants move by resampling (which moves pitch and duration too); pitch and duration are then set
// by pitch-synchronous overlap-add (TD-PSOLA, Moulines and Charpentier 1990): grains of two periods
// are cut at pitch marks and laid down again at the new period.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/clip.h"

namespace myna::audio {

/// A mono clip with its pitch, its formants and its speed multiplied. 1 leaves a property as it is;
/// speed 2 gives half the duration. Ratios must lie in [0.5, 2] (Error kUsage). Deterministic. The
/// result has round(frames / speed_ratio) frames at the same rate. All ratios 1: a copy.
Clip perturb(const Clip& mono, double pitch_ratio, double formant_ratio, double speed_ratio);

/// Sample positions of glottal pulses in voiced speech, and every 6 ms elsewhere, ascending.
struct PitchMarks {
  std::vector<int64_t> at;
  std::vector<float> period;  ///< samples, from the pitch track
  std::vector<uint8_t> voiced;
};
PitchMarks find_pitch_marks(std::span<const float> mono, int sample_rate);

}  // namespace myna::audio
