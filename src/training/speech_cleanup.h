// Makes recordings of any origin alike: level, silence at the ends and inside, length. All work on
// mono samples; loudness is judged in frames of 10 ms.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace myna::training {

struct CleanupOptions {
  float level_db = -23.0f;      ///< wanted RMS of the speech frames, dB below full scale
  double edge_seconds = 0.08;   ///< silence kept at both ends
  double pause_seconds = 0.35;  ///< longer pauses inside are shortened to this
};

/// Trims, shortens pauses and sets the level (peaks stay below 0.95). Empty when there is no speech
/// of at least 0.1 s.
std::vector<float> clean_speech(std::span<const float> mono, int sample_rate,
                                const CleanupOptions& options);

/// Cuts long speech at its pauses into pieces of `shortest` to `longest` seconds (the last one may
/// be half of `shortest`; shorter rests are dropped). Where no pause can be found in that window,
/// at its quietest frame.
std::vector<std::vector<float>> cut_at_pauses(std::span<const float> mono, int sample_rate,
                                              double shortest, double longest);

/// Appends 0.15 to 0.3 s of faint noise: what separates words that were recorded one by one.
void append_pause(std::vector<float>& samples, int sample_rate, Rng& rng);

}  // namespace myna::training
