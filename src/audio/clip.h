// The one audio type of the program: mono or multi-channel float samples with their rate.
#pragma once

#include <cstdint>
#include <vector>

namespace myna::audio {

/// Interleaved samples in [-1, 1] (values outside are allowed until writing). A value type.
struct Clip {
  std::vector<float> samples;  ///< interleaved: frame 0 channel 0, frame 0 channel 1, ...
  int sample_rate = 0;         ///< Hz
  int channels = 1;

  int64_t frames() const { return channels > 0 ? int64_t(samples.size()) / channels : 0; }
  double seconds() const { return sample_rate > 0 ? double(frames()) / sample_rate : 0.0; }
};

}  // namespace myna::audio
