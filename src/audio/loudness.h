// Level and loudness of recordings. All functions are pure.
#pragma once

#include <span>

#include "audio/clip.h"

namespace myna::audio {

inline constexpr double kSilenceDb = -120.0;  ///< what digital silence reads as

/// 20 log10 of an amplitude, not below kSilenceDb.
double to_db(double amplitude);
double from_db(double db);

/// Largest absolute sample value; 0 for no samples.
float peak(std::span<const float> samples);
/// Root of the mean square; 0 for no samples.
float rms(std::span<const float> samples);

/// Integrated loudness in LUFS after ITU-R BS.1770-4: K-weighting, blocks of 400 ms every 100 ms,
/// gates at -70 LUFS and 10 LU below the ungated mean. A clip shorter than a block counts as one
/// block. All channels weigh the same. kSilenceDb when no block passes the gate.
double integrated_loudness(const Clip& clip);

/// Scales the clip to the loudness, or less where the peak would pass `max_peak`. Silence is given
/// back as it is. Returns the gain applied.
double normalize_loudness(Clip& clip, double lufs = -23.0, float max_peak = 0.95F);

}  // namespace myna::audio
