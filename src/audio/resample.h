// Sample rate conversion (libsoxr, "high quality": 20-bit, linear phase) and channel mixing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audio/clip.h"

namespace myna::audio {

/// Streaming conversion of interleaved samples. One stream per object; not thread-safe.
/// In all, ceil(frames * out_rate / in_rate) frames come out, whatever the sizes of the pieces.
class Resampler {
 public:
  /// Rates in Hz, above 0. Throws Error(kUnsupported) when soxr refuses the ratio.
  Resampler(int in_rate, int out_rate, int channels = 1);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Converts a piece and appends what is ready to `out`.
  void process(std::span<const float> in, std::vector<float>& out);
  /// Ends the stream and appends the rest. Call once.
  void flush(std::vector<float>& out);

 private:
  struct Soxr;
  int in_rate_, out_rate_, channels_;
  int64_t frames_in_ = 0, frames_out_ = 0;
  std::unique_ptr<Soxr> soxr_;  ///< null when the rates are equal
};

/// The clip at another rate; the clip itself when it has that rate already.
Clip resample(const Clip& clip, int sample_rate);

/// Mean of the channels.
Clip to_mono(const Clip& clip);

/// to_mono and resample in one.
Clip to_mono(const Clip& clip, int sample_rate);

}  // namespace myna::audio
