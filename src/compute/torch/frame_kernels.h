// Loops over rows of f32 values, compiled for several instruction sets and chosen at run time.
// Plain loops that the compiler vectorises; nothing here knows of torch.
#pragma once

#include <cstdint>

namespace myna::compute::kernels {

/// A row of the depthwise convolution's geometry: frames, channels, kernel, dilation, left padding.
struct DepthwiseShape {
  int64_t in_frames, out_frames, channels, kernel, dilation, left;
};

/// x [in_frames, C], weight [kernel, C] -> y [out_frames, C]; bias may be null.
void depthwise(const DepthwiseShape& s, const float* x, const float* weight, const float* bias,
               float* y);
/// dy [out_frames, C] -> dx [in_frames, C] (overwritten).
void depthwise_dx(const DepthwiseShape& s, const float* dy, const float* weight, float* dx);
/// Adds to dw [kernel, C] and, when not null, to db [C].
void depthwise_dw(const DepthwiseShape& s, const float* x, const float* dy, float* dw, float* db);

/// rows of 2n values -> rows of n: tanh(a) * sigmoid(b), or a * sigmoid(b).
void gate(bool tanh_first, int64_t rows, int64_t n, const float* x, float* y);
/// The gradient with respect to x, [rows, 2n].
void gate_dx(bool tanh_first, int64_t rows, int64_t n, const float* x, const float* dy, float* dx);

/// y = x * scale where the hash of (seed, begin + i) is at least `threshold`, else 0.
void dropout(uint32_t seed, int64_t begin, int64_t n, uint32_t threshold, float scale,
             const float* x, float* y);

}  // namespace myna::compute::kernels
