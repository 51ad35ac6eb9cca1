// What a voice sounds like before the mouth shapes it: pulses at the pitch, and noise. The source
// of a source-filter decoder (after the neural source-filter models of Wang, Takaki and Yamagishi
// 2019, and DDSP, Engel et al. 2020).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace myna::models {

struct Excitation {
  std::vector<float> pulses;  ///< band-limited, unit power
  std::vector<float> noise;   ///< white, unit power
};

/// `log_hz`: natural logarithm of the pitch of each frame, for unvoiced frames too (the filter
/// silences the pulses there); interpolated between frame centres, which lie half a frame in.
/// `hop` samples per frame. A function of its arguments: first phase and noise come from `seed`.
Excitation make_excitation(std::span<const float> log_hz, int64_t hop, int64_t sample_rate,
                           uint64_t seed);

/// Multiplies the distance of a sentence's pitch from its mean (logarithms of Hz). What regression
/// predicts varies less than speech does: the mean of all ways to say it. This gives the variance
/// back (Toda and Tokuda 2007 call it the global variance).
void widen_pitch(std::span<float> log_hz, float factor);

/// Pitch that every excitation is kept to, Hz.
constexpr float kLowestHz = 50.0f, kHighestHz = 600.0f;

}  // namespace myna::models
