#include "evaluation/measures.h"

#include <algorithm>
#include <cmath>

#include "audio/pitch.h"
#include "audio/resample.h"
#include "audio/vad.h"

namespace myna::evaluation {
namespace {

double percentile(const std::vector<float>& sorted, double share) {
  return sorted[size_t(share * double(sorted.size() - 1))];
}

}  // namespace

VoiceMeasures measure_voices(const std::vector<audio::Clip>& clips) {
  VoiceMeasures measures;
  std::vector<float> voiced;
  double seconds = 0, speech = 0;
  for (const audio::Clip& clip : clips) {
    const audio::Clip mono = audio::to_mono(clip);
    const audio::PitchTrack track = audio::track_pitch(mono.samples, mono.sample_rate);
    for (const float hz : track.hz) {
      if (hz > 0) voiced.push_back(hz);
    }
    seconds += mono.seconds();
    speech += audio::detect_speech(mono.samples, mono.sample_rate).speech_seconds;
  }
  if (seconds > 0) measures.silence_share = std::clamp(1.0 - speech / seconds, 0.0, 1.0);
  if (voiced.empty()) return measures;
  std::sort(voiced.begin(), voiced.end());
  measures.pitch_low_hz = percentile(voiced, 0.05);
  measures.pitch_median_hz = percentile(voiced, 0.5);
  measures.pitch_high_hz = percentile(voiced, 0.95);
  measures.pitch_range_semitones =
      12 * std::log2(measures.pitch_high_hz / std::max(1.0, measures.pitch_low_hz));
  return measures;
}

}  // namespace myna::evaluation
