// Normalisation and softmax over contiguous rows. Sums run in a fixed order per row, so results do
// not depend on threads. Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

/// y = (x - mean) / sqrt(variance + epsilon) * gain + bias per row; gain and bias may be null.
/// y may be x.
void layer_norm_rows(const float* x, int64_t rows, int64_t width, const float* gain,
                     const float* bias, float epsilon, float* y);

/// Softmax of one row; y may be x.
void softmax_row(const float* x, int64_t n, float* y);

/// sums[c] += sum over rows of x[row, c], and squares[c] += sum of (x[row, c] - centre[c])^2, over
/// `columns` columns of rows that lie `stride` apart. Either output may be null.
void column_sums(const float* x, int64_t rows, int64_t stride, int64_t columns, double* sums);
void column_squares(const float* x, int64_t rows, int64_t stride, int64_t columns,
                    const float* centre, double* squares);
/// y[row, c] = x[row, c] * scale[c] + shift[c]; y has the stride of x and may be x. shift may be
/// null.
void scale_columns(const float* x, int64_t rows, int64_t stride, int64_t columns,
                   const float* scale, const float* shift, float* y);

}  // namespace myna::compute::cpu
