#include "compute/torch/frame_kernels.h"

#include <algorithm>

#include "compute/torch/kernel_math.h"

namespace myna::compute::kernels {
namespace {

/// Output frames whose tap k reads inside the input: [begin, end).
inline int64_t first_frame(const DepthwiseShape& s, int64_t k) {
  return std::max<int64_t>(0, s.left - k * s.dilation);
}
inline int64_t last_frame(const DepthwiseShape& s, int64_t k) {
  return std::min(s.out_frames, s.in_frames + s.left - k * s.dilation);
}

/// y += a * b, elementwise.
MYNA_INLINE void add_product(int64_t n, const float* __restrict a, const float* __restrict b,
                             float* __restrict y) {
  for (int64_t c = 0; c < n; ++c) y[c] += a[c] * b[c];
}

}  // namespace

MYNA_CLONES void depthwise(const DepthwiseShape& s, const float* x, const float* weight,
                           const float* bias, float* y) {
  for (int64_t t = 0; t < s.out_frames; ++t) {
    float* row = y + t * s.channels;
    if (bias) {
      std::copy_n(bias, s.channels, row);
    } else {
      std::fill_n(row, s.channels, 0.0f);
    }
    for (int64_t k = 0; k < s.kernel; ++k) {
      const int64_t from = t + k * s.dilation - s.left;
      if (from < 0 || from >= s.in_frames) continue;
      add_product(s.channels, x + from * s.channels, weight + k * s.channels, row);
    }
  }
}

MYNA_CLONES void depthwise_dx(const DepthwiseShape& s, const float* dy, const float* weight,
                              float* dx) {
  for (int64_t t = 0; t < s.in_frames; ++t) {
    float* row = dx + t * s.channels;
    std::fill_n(row, s.channels, 0.0f);
    for (int64_t k = 0; k < s.kernel; ++k) {
      const int64_t to = t + s.left - k * s.dilation;
      if (to < 0 || to >= s.out_frames) continue;
      add_product(s.channels, dy + to * s.channels, weight + k * s.channels, row);
    }
  }
}

MYNA_CLONES void depthwise_dw(const DepthwiseShape& s, const float* x, const float* dy, float* dw,
                              float* db) {
  for (int64_t k = 0; k < s.kernel; ++k) {
    const int64_t shift = k * s.dilation - s.left;
    for (int64_t t = first_frame(s, k); t < last_frame(s, k); ++t) {
      add_product(s.channels, x + (t + shift) * s.channels, dy + t * s.channels,
                  dw + k * s.channels);
    }
  }
  for (int64_t t = 0; db && t < s.out_frames; ++t) {
    for (int64_t c = 0; c < s.channels; ++c) db[c] += dy[t * s.channels + c];
  }
}

MYNA_CLONES void gate(bool tanh_first, int64_t rows, int64_t n, const float* __restrict x,
                      float* __restrict y) {
  for (int64_t r = 0; r < rows; ++r, x += 2 * n, y += n) {
    if (tanh_first) {
      for (int64_t c = 0; c < n; ++c) y[c] = tanh(x[c]) * sigmoid(x[n + c]);
    } else {
      for (int64_t c = 0; c < n; ++c) y[c] = x[c] * sigmoid(x[n + c]);
    }
  }
}

MYNA_CLONES void gate_dx(bool tanh_first, int64_t rows, int64_t n, const float* __restrict x,
                         const float* __restrict dy, float* __restrict dx) {
  for (int64_t r = 0; r < rows; ++r, x += 2 * n, dx += 2 * n, dy += n) {
    if (tanh_first) {
      for (int64_t c = 0; c < n; ++c) {
        const float a = tanh(x[c]), g = sigmoid(x[n + c]);
        dx[c] = dy[c] * g * (1.0f - a * a);
        dx[n + c] = dy[c] * a * g * (1.0f - g);
      }
    } else {
      for (int64_t c = 0; c < n; ++c) {
        const float g = sigmoid(x[n + c]);
        dx[c] = dy[c] * g;
        dx[n + c] = dy[c] * x[c] * g * (1.0f - g);
      }
    }
  }
}

MYNA_CLONES void dropout(uint32_t seed, int64_t begin, int64_t n, uint32_t threshold, float scale,
                         const float* __restrict x, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) {
    // A counter through the finaliser of MurmurHash3, keyed twice.
    uint32_t h = uint32_t(begin + i) * 0x9e3779b9u + seed;
    h = (h ^ (h >> 16)) * 0x85ebca6bu;
    h = (h ^ (h >> 13) ^ seed) * 0xc2b2ae35u;
    h ^= h >> 16;
    y[i] = h >= threshold ? x[i] * scale : 0.0f;
  }
}

}  // namespace myna::compute::kernels
