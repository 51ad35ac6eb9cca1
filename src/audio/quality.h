// What a recording is worth as a voice reference or as training material, with a remedy for every
// fault.
#pragma once

#include <string>
#include <vector>

#include "audio/clip.h"
#include "base/json.h"

namespace myna::audio {

struct Finding {
  bool error = false;   ///< true: not usable; false: usable with a loss
  std::string code;     ///< stable: "silent", "too_short", "clipped", ...
  std::string message;  ///< what was measured
  std::string remedy;   ///< what to do
};

struct QualityReport {
  double seconds = 0;
  int sample_rate = 0;
  int channels = 0;
  double peak_db = 0;  ///< dB of full scale
  double rms_db = 0;
  double loudness_lufs = 0;  ///< BS.1770
  double speech_seconds = 0;
  double silence_share = 0;       ///< of the duration
  double snr_db = 0;              ///< estimate: speech over the level of the pauses
  double clipped_share = 0;       ///< samples in flat tops at the peak
  double bandwidth_hz = 0;        ///< highest frequency within 60 dB of the strongest
  double dc_offset = 0;           ///< mean sample
  std::vector<Finding> findings;  ///< errors first

  bool usable() const;
};

/// Measures a recording. Errors: "empty", "silent", "too_short" (less than 1 s), "no_speech",
/// "too_noisy" (less than 3 dB), "mostly_clipped" (over 5 %). Warnings: "short" (less than 3 s of
/// speech), "quiet", "clipped", "noisy" (less than 15 dB), "narrow_band", "mostly_silence",
/// "dc_offset".
QualityReport check_quality(const Clip& clip);

Json to_json(const QualityReport& report);

/// Throws Error(kInvalidAudio) with the first error of the report, if it has one.
void require_usable(const QualityReport& report, const std::string& subject);

}  // namespace myna::audio
