// Any bytes must be read as a clip of finite samples or refused with a myna::Error, and whatever is
// read must pass through the analysis that every recording goes through.
#include <cmath>
#include <cstdlib>

#include "audio/io.h"
#include "audio/pitch.h"
#include "audio/quality.h"
#include "audio/vad.h"
#include "base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace myna::audio;
  try {
    const Clip clip = read_clip({data, size}, "fuzz", {.max_seconds = 5, .mono = true});
    for (float x : clip.samples) {
      if (!std::isfinite(x)) std::abort();
    }
    check_quality(clip);
    if (clip.seconds() < 1) track_pitch(clip.samples, clip.sample_rate);
    const Stretch stretch = best_stretch(clip.samples, clip.sample_rate);
    if (stretch.span.begin < 0 || stretch.span.end > clip.frames() || stretch.span.size() < 1) {
      std::abort();
    }
  } catch (const myna::Error& error) {
    if (error.code() == myna::ErrorCode::kInternal) std::abort();
  }
  return 0;
}
