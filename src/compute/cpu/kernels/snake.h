// The snake activation between a twofold upsampling and a twofold downsampling (see
// Backend::filtered_snake), fused: the upsampled frames of a block live in the cache only.
// Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

struct SnakeLayer {
  int64_t channels;
  const float* frequency;  ///< [channels]
  const float* gain;       ///< [channels], of the squared sine
  const float* filter;     ///< [kSnakeTaps]
};

/// Frames [first, first + count) of y. x and y are [frames, channels]. The sine is right to 6e-8
/// for arguments up to some ten thousand.
void snake_frames(const SnakeLayer& layer, const float* x, int64_t frames, int64_t first,
                  int64_t count, float* y);

}  // namespace myna::compute::cpu
