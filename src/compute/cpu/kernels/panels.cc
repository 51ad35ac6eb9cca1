#include "compute/cpu/kernels/panels.h"

#include "tensor/host_tensor.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/panels.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
#if HWY_TARGET != HWY_SCALAR
using Pairs = hn::RepartitionToWide<D>;  // f64 lanes: a pair of floats each
#endif

constexpr int64_t kAhead = 2048;  // bytes
constexpr int64_t kColumns = 16;
template <typename T>
constexpr int64_t kGroup = 4 / int64_t(sizeof(T));  // depths of a column that lie side by side

HWY_INLINE V load_weights(D d, const int8_t* w) {
  const hn::Rebind<int8_t, D> d8;
  const hn::Rebind<int32_t, D> d32;
  return hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d8, w)));
}

HWY_INLINE V load_weights(D d, const uint16_t* w) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::Rebind<uint32_t, D> d32;
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, hn::LoadU(d16, w))));
}

#if HWY_TARGET == HWY_SCALAR

float weight_value(int8_t w) { return float(w); }
float weight_value(uint16_t w) { return tensor::bfloat16_to_float(w); }

// No groups of lanes here.
template <int Rows, typename T>
void panel_rows(const T* weights, const float* scales, int64_t depth, const float* x,
                int64_t x_stride, float* out, int64_t out_stride) {
  for (int64_t r = 0; r < Rows; ++r)
    for (int64_t c = 0; c < kColumns; ++c) {
      float sum = 0;
      for (int64_t i = 0; i < depth; ++i)
        sum += weight_value(weights[(i / kGroup<T> * kColumns + c) * kGroup<T> + i % kGroup<T>]) *
               x[r * x_stride + i];
      out[r * out_stride + c] = sum * (scales ? scales[c] : 1.0f);
    }
}

#else

// As many neighbouring inputs as a group holds, again and again.
template <int64_t Group>
HWY_INLINE V load_group(D d, const float* x) {
  if constexpr (Group == 4) {
    return hn::LoadDup128(d, x);
  } else {
    double pair;
    hwy::CopySameSize(reinterpret_cast<const double*>(x), &pair);
    return hn::BitCast(d, hn::Set(Pairs(), pair));
  }
}

// Lanes hold the sums of the depths of a group side by side, column by column.
template <int64_t Group>
HWY_INLINE void store_columns(D d, V sums, const float* scale, float* out) {
  HWY_ALIGN float lanes[hn::MaxLanes(D())];
  hn::Store(sums, d, lanes);
  for (int64_t n = 0; n < int64_t(hn::Lanes(d)) / Group; ++n) {
    float sum = lanes[Group * n] + lanes[Group * n + 1];
    if constexpr (Group == 4) sum += lanes[Group * n + 2] + lanes[Group * n + 3];
    out[n] = sum * (scale ? scale[n] : 1.0f);
  }
}

// One panel: two vectors of lanes at a time, even and odd groups of depths summed apart so that
// four sums per row are in flight.
template <int Rows, typename T>
HWY_INLINE void panel_rows(const T* weights, const float* scales, int64_t depth, const float* x,
                           int64_t x_stride, float* out, int64_t out_stride) {
  constexpr int64_t kDepths = kGroup<T>, kValues = kDepths * kColumns;
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  for (int64_t first = 0; first < kValues; first += 2 * lanes) {
    const V zero = hn::Zero(d);
    V a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
    V c0 = zero, c1 = zero, c2 = zero, c3 = zero, e0 = zero, e1 = zero, e2 = zero, e3 = zero;
    const T* w = weights + first;
    for (int64_t i = 0; i < depth; i += 2 * kDepths, w += 2 * kValues) {
      // The panels follow one another; the processor's own prefetching stops at page ends.
      hwy::Prefetch(reinterpret_cast<const char*>(w) + kAhead);
      const V p = load_weights(d, w), q = load_weights(d, w + lanes);
      const V r = load_weights(d, w + kValues), s = load_weights(d, w + kValues + lanes);
      const auto row = [&](const float* input, V& a, V& b, V& c, V& e) HWY_ATTR {
        const V even = load_group<kDepths>(d, input);
        const V odd = load_group<kDepths>(d, input + kDepths);
        a = hn::MulAdd(p, even, a);
        b = hn::MulAdd(q, even, b);
        c = hn::MulAdd(r, odd, c);
        e = hn::MulAdd(s, odd, e);
      };
      row(x + i, a0, b0, c0, e0);
      if (Rows > 1) row(x + x_stride + i, a1, b1, c1, e1);
      if (Rows > 2) row(x + 2 * x_stride + i, a2, b2, c2, e2);
      if (Rows > 3) row(x + 3 * x_stride + i, a3, b3, c3, e3);
    }
    const auto finish = [&](int64_t n, V a, V b, V c, V e) HWY_ATTR {
      float* to = out + n * out_stride + first / kDepths;
      const float* scale = scales ? scales + first / kDepths : nullptr;
      const int64_t columns = lanes / kDepths;
      store_columns<kDepths>(d, hn::Add(a, c), scale, to);
      store_columns<kDepths>(d, hn::Add(b, e), scale ? scale + columns : nullptr, to + columns);
    };
    finish(0, a0, b0, c0, e0);
    if (Rows > 1) finish(1, a1, b1, c1, e1);
    if (Rows > 2) finish(2, a2, b2, c2, e2);
    if (Rows > 3) finish(3, a3, b3, c3, e3);
  }
}

#endif  // HWY_SCALAR

template <typename T>
HWY_INLINE void panels_of(const T* weights, const float* scales, int64_t panels, int64_t depth,
                          const float* x, int64_t x_stride, int64_t rows, float* out,
                          int64_t out_stride) {
  for (int64_t n = 0; n < panels; ++n, weights += depth * kColumns, out += kColumns) {
    const float* scale = scales ? scales + n * kColumns : nullptr;
    switch (rows) {
      case 1:
        panel_rows<1>(weights, scale, depth, x, x_stride, out, out_stride);
        break;
      case 2:
        panel_rows<2>(weights, scale, depth, x, x_stride, out, out_stride);
        break;
      case 3:
        panel_rows<3>(weights, scale, depth, x, x_stride, out, out_stride);
        break;
      default:
        panel_rows<4>(weights, scale, depth, x, x_stride, out, out_stride);
        break;
    }
  }
}

void MultiplyBf16(const uint16_t* weights, int64_t panels, int64_t depth, const float* x,
                  int64_t x_stride, int64_t rows, float* out, int64_t out_stride) {
  panels_of(weights, nullptr, panels, depth, x, x_stride, rows, out, out_stride);
}

void MultiplyInt8(const int8_t* weights, const float* scales, int64_t panels, int64_t depth,
                  const float* x, int64_t x_stride, int64_t rows, float* out, int64_t out_stride) {
  panels_of(weights, scales, panels, depth, x, x_stride, rows, out, out_stride);
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(MultiplyBf16);
HWY_EXPORT(MultiplyInt8);

void multiply_panels(const uint16_t* bf16, int64_t panels, int64_t depth, const float* x,
                     int64_t x_stride, int64_t rows, float* out, int64_t out_stride) {
  HWY_DYNAMIC_DISPATCH(MultiplyBf16)(bf16, panels, depth, x, x_stride, rows, out, out_stride);
}

void multiply_panels(const int8_t* weights, const float* scales, int64_t panels, int64_t depth,
                     const float* x, int64_t x_stride, int64_t rows, float* out,
                     int64_t out_stride) {
  HWY_DYNAMIC_DISPATCH(MultiplyInt8)
  (weights, scales, panels, depth, x, x_stride, rows, out, out_stride);
}

}  // namespace myna::compute::cpu
#endif
