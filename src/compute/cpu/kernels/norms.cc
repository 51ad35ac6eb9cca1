#include "compute/cpu/kernels/norms.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/norms.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "compute/cpu/kernels/activations-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

HWY_INLINE float row_sum(D d, const float* x, int64_t n) {
  const int64_t lanes = int64_t(hn::Lanes(d));
  V a = hn::Zero(d), b = hn::Zero(d);
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    a = hn::Add(a, hn::LoadU(d, x + i));
    b = hn::Add(b, hn::LoadU(d, x + i + lanes));
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(a, b)));
  for (; i < n; ++i) sum += x[i];
  return sum;
}

HWY_INLINE float row_squares(D d, const float* x, int64_t n, float mean) {
  const int64_t lanes = int64_t(hn::Lanes(d));
  const V m = hn::Set(d, mean);
  V a = hn::Zero(d), b = hn::Zero(d);
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const V u = hn::Sub(hn::LoadU(d, x + i), m);
    const V v = hn::Sub(hn::LoadU(d, x + i + lanes), m);
    a = hn::MulAdd(u, u, a);
    b = hn::MulAdd(v, v, b);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(a, b)));
  for (; i < n; ++i) sum += (x[i] - mean) * (x[i] - mean);
  return sum;
}

void LayerNormRows(const float* x, int64_t rows, int64_t width, const float* gain,
                   const float* bias, float epsilon, float* y) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  for (int64_t r = 0; r < rows; ++r, x += width, y += width) {
    const float mean = row_sum(d, x, width) / float(width);
    const float variance = row_squares(d, x, width, mean) / float(width);
    const float scale = 1.0f / std::sqrt(variance + epsilon);
    const V m = hn::Set(d, mean), s = hn::Set(d, scale);
    int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
      V v = hn::Mul(hn::Sub(hn::LoadU(d, x + i), m), s);
      if (gain) v = hn::Mul(v, hn::LoadU(d, gain + i));
      if (bias) v = hn::Add(v, hn::LoadU(d, bias + i));
      hn::StoreU(v, d, y + i);
    }
    for (; i < width; ++i)
      y[i] = (x[i] - mean) * scale * (gain ? gain[i] : 1.0f) + (bias ? bias[i] : 0.0f);
  }
}

void SoftmaxRow(const float* x, int64_t n, float* y) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  if (n == 0) return;
  float top = x[0];
  int64_t i = 0;
  if (n >= lanes) {
    V m = hn::LoadU(d, x);
    for (i = lanes; i + lanes <= n; i += lanes) m = hn::Max(m, hn::LoadU(d, x + i));
    top = hn::GetLane(hn::MaxOfLanes(d, m));
  }
  for (; i < n; ++i) top = std::max(top, x[i]);
  const V t = hn::Set(d, top);
  for (i = 0; i + lanes <= n; i += lanes)
    hn::StoreU(hn::Exp(d, hn::Sub(hn::LoadU(d, x + i), t)), d, y + i);
  for (; i < n; ++i) y[i] = std::exp(x[i] - top);
  const float scale = 1.0f / row_sum(d, y, n);
  const V s = hn::Set(d, scale);
  for (i = 0; i + lanes <= n; i += lanes) hn::StoreU(hn::Mul(hn::LoadU(d, y + i), s), d, y + i);
  for (; i < n; ++i) y[i] *= scale;
}

// Plain loops: the compiler vectorises them for the target.
void ColumnSums(const float* x, int64_t rows, int64_t stride, int64_t columns, double* sums) {
  for (int64_t r = 0; r < rows; ++r, x += stride)
    for (int64_t c = 0; c < columns; ++c) sums[c] += double(x[c]);
}

void ColumnSquares(const float* x, int64_t rows, int64_t stride, int64_t columns,
                   const float* centre, double* squares) {
  for (int64_t r = 0; r < rows; ++r, x += stride)
    for (int64_t c = 0; c < columns; ++c) {
      const double v = double(x[c]) - double(centre[c]);
      squares[c] += v * v;
    }
}

void ScaleColumns(const float* x, int64_t rows, int64_t stride, int64_t columns, const float* scale,
                  const float* shift, float* y) {
  for (int64_t r = 0; r < rows; ++r, x += stride, y += stride)
    for (int64_t c = 0; c < columns; ++c) y[c] = x[c] * scale[c] + (shift ? shift[c] : 0.0f);
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(LayerNormRows);
HWY_EXPORT(SoftmaxRow);
HWY_EXPORT(ColumnSums);
HWY_EXPORT(ColumnSquares);
HWY_EXPORT(ScaleColumns);

void layer_norm_rows(const float* x, int64_t rows, int64_t width, const float* gain,
                     const float* bias, float epsilon, float* y) {
  HWY_DYNAMIC_DISPATCH(LayerNormRows)(x, rows, width, gain, bias, epsilon, y);
}
void softmax_row(const float* x, int64_t n, float* y) { HWY_DYNAMIC_DISPATCH(SoftmaxRow)(x, n, y); }
void column_sums(const float* x, int64_t rows, int64_t stride, int64_t columns, double* sums) {
  HWY_DYNAMIC_DISPATCH(ColumnSums)(x, rows, stride, columns, sums);
}
void column_squares(const float* x, int64_t rows, int64_t stride, int64_t columns,
                    const float* centre, double* squares) {
  HWY_DYNAMIC_DISPATCH(ColumnSquares)(x, rows, stride, columns, centre, squares);
}
void scale_columns(const float* x, int64_t rows, int64_t stride, int64_t columns,
                   const float* scale, const float* shift, float* y) {
  HWY_DYNAMIC_DISPATCH(ScaleColumns)(x, rows, stride, columns, scale, shift, y);
}

}  // namespace myna::compute::cpu
#endif
