// The self-check: Myna listens to what it has spoken. The content encoder reads the waveform, its
// phones are aligned with the wanted ones, and length and silence are held against bounds.
// Thresholds are set from the encoder's own error on real recordings: a sentence is bad when it is
// much worse than the encoder's usual mistakes, or when a whole stretch is missing or repeated.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "voice/alignment.h"
#include "voice/speech.h"

namespace myna::voice {

struct SelfCheckLimits {
  double max_phone_error = 0.35;
  int max_missing_run = 4;   ///< consecutive phones not heard
  int max_repeated_run = 4;  ///< consecutive phones heard and not wanted
  double min_seconds_per_phone = 0.03, max_seconds_per_phone = 0.35;
  double max_silence_share = 0.6;
};

/// Limits for an encoder that misreads `encoder_error` (0 .. 1) of the phones of real recordings: a
/// sentence is bad when it reads clearly worse than real speech would.
SelfCheckLimits limits_for_encoder(double encoder_error);

struct SelfCheckResult {
  Verdict verdict = Verdict::kGood;
  AlignmentCounts phones;
  double silence_share = 0;
  /// Lower is better; orders attempts when none is good.
  double badness = 0;
};

/// `wanted`, `heard`: phone ids. `mono`: the sentence without its closing pause.
SelfCheckResult check_speech(const PhoneClasses& classes, const std::vector<int32_t>& wanted,
                             const std::vector<int32_t>& heard, std::span<const float> mono,
                             int sample_rate, const SelfCheckLimits& limits);

}  // namespace myna::voice
