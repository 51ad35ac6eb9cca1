// Products of a few rows with narrow weights, for decoders, where reading the weights is all the
// work. Weights lie in panels of 16 output columns, as the AMX kernels want them: bf16 in
// [depth / 2][16 columns][2], 8-bit integers in [depth / 4][16 columns][4], so one copy serves
// both. Input and sums are f32. Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

/// Rows that one call multiplies at most.
inline constexpr int64_t kPanelRows = 4;

/// out[r][c] = sum over d of x[r][d] * w[c][d], 16 columns per panel. `depth`: a multiple of 8; x
/// rows are `x_stride` apart and hold zeros where the weights are padded. A row's result does not
/// depend on how many rows are given.
void multiply_panels(const uint16_t* bf16, int64_t panels, int64_t depth, const float* x,
                     int64_t x_stride, int64_t rows, float* out, int64_t out_stride);
/// The same with integers, each column's sum multiplied by its scale.
void multiply_panels(const int8_t* weights, const float* scales, int64_t panels, int64_t depth,
                     const float* x, int64_t x_stride, int64_t rows, float* out,
                     int64_t out_stride);

}  // namespace myna::compute::cpu
