#include "compute/cpu/kernels/depthwise.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/depthwise.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// One output frame, taps [k0, k1).
HWY_INLINE void one_frame(const DepthwiseTaps& w, const float* x, int64_t k0, int64_t k1,
                          float* y) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d)), step = w.dilation * w.channels;
  int64_t c = 0;
  for (; c + lanes <= w.channels; c += lanes) {
    V s = hn::Zero(d);
    for (int64_t k = k0; k < k1; ++k)
      s = hn::MulAdd(hn::LoadU(d, x + k * step + c), hn::LoadU(d, w.taps + k * w.channels + c), s);
    hn::StoreU(s, d, y + c);
  }
  for (; c < w.channels; ++c) {
    float s = 0;
    for (int64_t k = k0; k < k1; ++k) s += x[k * step + c] * w.taps[k * w.channels + c];
    y[c] = s;
  }
}

// Four neighbouring frames inside the input share each load of a tap.
HWY_INLINE void four_frames(const DepthwiseTaps& w, const float* x, float* y) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d)), step = w.dilation * w.channels;
  const int64_t next = w.stride * w.channels;
  int64_t c = 0;
  for (; c + lanes <= w.channels; c += lanes) {
    V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    const float* in = x + c;
    for (int64_t k = 0; k < w.kernel; ++k, in += step) {
      const V tap = hn::LoadU(d, w.taps + k * w.channels + c);
      s0 = hn::MulAdd(hn::LoadU(d, in), tap, s0);
      s1 = hn::MulAdd(hn::LoadU(d, in + next), tap, s1);
      s2 = hn::MulAdd(hn::LoadU(d, in + 2 * next), tap, s2);
      s3 = hn::MulAdd(hn::LoadU(d, in + 3 * next), tap, s3);
    }
    hn::StoreU(s0, d, y + c);
    hn::StoreU(s1, d, y + w.channels + c);
    hn::StoreU(s2, d, y + 2 * w.channels + c);
    hn::StoreU(s3, d, y + 3 * w.channels + c);
  }
  for (; c < w.channels; ++c)
    for (int n = 0; n < 4; ++n) {
      float s = 0;
      for (int64_t k = 0; k < w.kernel; ++k)
        s += x[n * next + k * step + c] * w.taps[k * w.channels + c];
      y[n * w.channels + c] = s;
    }
}

void DepthwiseFrames(const DepthwiseTaps& w, const float* x, int64_t frames, int64_t begin,
                     int64_t count, float* y) {
  const int64_t span = w.dilation * (w.kernel - 1) + 1;
  for (int64_t t = 0; t < count;) {
    const int64_t at = begin + t * w.stride;
    if (t + 4 <= count && at >= 0 && at + 3 * w.stride + span <= frames) {
      four_frames(w, x + at * w.channels, y + t * w.channels);
      t += 4;
      continue;
    }
    const int64_t k0 = at >= 0 ? 0 : std::min(w.kernel, (-at + w.dilation - 1) / w.dilation);
    const int64_t k1 =
        at >= frames ? k0 : std::clamp((frames - at + w.dilation - 1) / w.dilation, k0, w.kernel);
    one_frame(w, x + at * w.channels, k0, k1, y + t * w.channels);
    ++t;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(DepthwiseFrames);

void depthwise_frames(const DepthwiseTaps& taps, const float* x, int64_t frames, int64_t begin,
                      int64_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(DepthwiseFrames)(taps, x, frames, begin, count, y);
}

}  // namespace myna::compute::cpu
#endif
