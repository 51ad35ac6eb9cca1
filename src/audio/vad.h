// Where in a recording somebody speaks: frame energies above 80 Hz against a noise floor that
// follows the recording. Meant for close recordings of one voice; it does not tell speech from
// music.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "audio/clip.h"

namespace myna::audio {

/// Samples [begin, end) of a mono clip.
struct Span {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

struct VadOptions {
  double min_pause = 0.20;   ///< seconds; shorter gaps belong to the speech around them
  double min_speech = 0.08;  ///< seconds; shorter bursts are noises
  double padding = 0.05;     ///< seconds added on both sides of speech
};

/// What the detector found in a mono recording.
struct Activity {
  double hop = 0.01;            ///< seconds between frames; a frame lasts 20 ms
  std::vector<float> level_db;  ///< per frame, dB of full scale
  std::vector<uint8_t> speech;  ///< per frame, after smoothing
  std::vector<Span> segments;   ///< stretches of speech in samples, in order, not overlapping
  double noise_db = 0;          ///< median level of the frames without speech
  double speech_db = 0;         ///< mean power of the frames with speech
  double speech_seconds = 0;
  /// Estimated signal-to-noise ratio in dB: speech power less noise power, over noise power.
  double snr_db() const;
};

/// Analyses `mono` at `sample_rate` Hz. Nothing found gives no segments.
Activity detect_speech(std::span<const float> mono, int sample_rate,
                       const VadOptions& options = {});

/// The clip without the silence at its ends, keeping `margin` seconds of it. A clip without speech
/// is given back as it is. Mono or not; the channels are cut together.
Clip trim_silence(const Clip& clip, double margin = 0.1);

/// A stretch of a recording and why it was taken, in words for the user.
struct Stretch {
  Span span;
  double score = 0;
  std::vector<std::string> reasons;
};

/// The stretch of a mono recording that serves best as voice reference: between `min_seconds` and
/// `max_seconds` long, starting and ending in pauses, with much speech, little noise, no clipping
/// and an even level. A recording that is shorter than `min_seconds` after trimming is taken whole,
/// and `reasons` say so. Throws Error(kInvalidAudio) when there is no speech.
Stretch best_stretch(std::span<const float> mono, int sample_rate, double min_seconds = 3.0,
                     double max_seconds = 10.0);

}  // namespace myna::audio
