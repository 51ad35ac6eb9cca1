// Depthwise convolution (one kernel per channel) over channels-last frames. Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

struct DepthwiseTaps {
  const float* taps;  ///< [kernel][channels]
  int64_t channels, kernel, stride, dilation;
};

/// y[t][c] = sum over k of taps[k][c] * x[begin + t * stride + k * dilation][c] for t < count;
/// frames outside [0, frames) count as zero. x [frames, channels], y [count, channels].
void depthwise_frames(const DepthwiseTaps& taps, const float* x, int64_t frames, int64_t begin,
                      int64_t count, float* y);

}  // namespace myna::compute::cpu
