#include "compute/cpu/kernels/elementwise.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/elementwise.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "compute/cpu/kernels/activations-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// The first `n` values of p (n below the vector size), zeros after them.
HWY_INLINE V load_some(D d, const float* p, int64_t n) {
  HWY_ALIGN float buffer[hn::MaxLanes(D())] = {};
  std::memcpy(buffer, p, size_t(n) * sizeof(float));
  return hn::Load(d, buffer);
}

HWY_INLINE void store_some(D d, V v, float* p, int64_t n) {
  HWY_ALIGN float buffer[hn::MaxLanes(D())];
  hn::Store(v, d, buffer);
  std::memcpy(p, buffer, size_t(n) * sizeof(float));
}

template <class Fn>
HWY_INLINE void map_run(const float* x, float* y, int64_t n, const Fn& fn) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(fn(d, hn::LoadU(d, x + i)), d, y + i);
  if (i < n) store_some(d, fn(d, load_some(d, x + i, n - i)), y + i, n - i);
}

template <class Fn>
HWY_INLINE void map_two(const float* a, const float* b, float* y, int64_t n, const Fn& fn) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(fn(d, hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, y + i);
  if (i < n) {
    const V v = fn(d, load_some(d, a + i, n - i), load_some(d, b + i, n - i));
    store_some(d, v, y + i, n - i);
  }
}

struct Activate {
  const float* x;
  float* y;
  int64_t n;
  template <class F>
  HWY_INLINE void operator()(const F& f) const {
    map_run(x, y, n, f);
  }
};

void ActivateRun(Activation activation, float slope, const float* x, float* y, int64_t n) {
  with_activation(activation, slope, Activate{x, y, n});
}

struct Affine {
  float scale, shift;
  HWY_INLINE V operator()(D d, V x) const {
    return hn::MulAdd(x, hn::Set(d, scale), hn::Set(d, shift));
  }
};
void AffineRun(const float* x, float scale, float shift, float* y, int64_t n) {
  map_run(x, y, n, Affine{scale, shift});
}

struct Clamp {
  float low, high;
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Min(hn::Max(x, hn::Set(d, low)), hn::Set(d, high));
  }
};
void ClampRun(const float* x, float low, float high, float* y, int64_t n) {
  map_run(x, y, n, Clamp{low, high});
}

struct AddTwo {
  HWY_INLINE V operator()(D, V a, V b) const { return hn::Add(a, b); }
};
struct SubTwo {
  HWY_INLINE V operator()(D, V a, V b) const { return hn::Sub(a, b); }
};
struct MulTwo {
  HWY_INLINE V operator()(D, V a, V b) const { return hn::Mul(a, b); }
};
template <class Op>
struct WithLeft {
  float a;
  HWY_INLINE V operator()(D d, V b) const { return Op{}(d, hn::Set(d, a), b); }
};
template <class Op>
struct WithRight {
  float b;
  HWY_INLINE V operator()(D d, V a) const { return Op{}(d, a, hn::Set(d, b)); }
};

template <class Op>
HWY_INLINE void binary_of(Repeat repeat, const float* a, const float* b, float* y, int64_t n) {
  if (n == 0) return;
  if (repeat == Repeat::kLeft) return map_run(b, y, n, WithLeft<Op>{*a});
  if (repeat == Repeat::kRight) return map_run(a, y, n, WithRight<Op>{*b});
  map_two(a, b, y, n, Op{});
}

void BinaryRun(Binary op, Repeat repeat, const float* a, const float* b, float* y, int64_t n) {
  switch (op) {
    case Binary::kAdd:
      return binary_of<AddTwo>(repeat, a, b, y, n);
    case Binary::kSub:
      return binary_of<SubTwo>(repeat, a, b, y, n);
    case Binary::kMul:
      return binary_of<MulTwo>(repeat, a, b, y, n);
  }
}

struct TanhSigmoid {
  HWY_INLINE V operator()(D d, V a, V b) const {
    return hn::Mul(hyperbolic_tangent(d, a), sigmoid(d, b));
  }
};
struct Glu {
  HWY_INLINE V operator()(D d, V a, V b) const { return hn::Mul(a, sigmoid(d, b)); }
};
void GateRun(Gate gate, const float* a, const float* b, float* y, int64_t n) {
  if (gate == Gate::kGlu) return map_two(a, b, y, n, Glu{});
  map_two(a, b, y, n, TanhSigmoid{});
}

struct Rows {
  const float* x;
  int64_t x_stride;
  const float* bias;
  const float* residual;
  float* y;
  int64_t y_stride, rows, width;

  template <class F>
  HWY_INLINE void operator()(const F& f) const {
    const D d;
    const int64_t lanes = int64_t(hn::Lanes(d));
    const V zero = hn::Zero(d);
    for (int64_t r = 0; r < rows; ++r) {
      const float* in = x + r * x_stride;
      const float* add = residual ? residual + r * y_stride : nullptr;
      float* out = y + r * y_stride;
      int64_t i = 0;
      for (; i + lanes <= width; i += lanes) {
        V v = hn::LoadU(d, in + i);
        if (bias) v = hn::Add(v, hn::LoadU(d, bias + i));
        v = f(d, v);
        if (add) v = hn::Add(v, hn::LoadU(d, add + i));
        hn::StoreU(v, d, out + i);
      }
      if (i == width) continue;
      const int64_t some = width - i;
      V v = load_some(d, in + i, some);
      v = f(d, hn::Add(v, bias ? load_some(d, bias + i, some) : zero));
      v = hn::Add(v, add ? load_some(d, add + i, some) : zero);
      store_some(d, v, out + i, some);
    }
  }
};

void EpilogueRows(const float* x, int64_t x_stride, const float* bias, Activation activation,
                  float slope, const float* residual, float* y, int64_t y_stride, int64_t rows,
                  int64_t width) {
  with_activation(activation, slope, Rows{x, x_stride, bias, residual, y, y_stride, rows, width});
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(ActivateRun);
HWY_EXPORT(AffineRun);
HWY_EXPORT(ClampRun);
HWY_EXPORT(BinaryRun);
HWY_EXPORT(GateRun);
HWY_EXPORT(EpilogueRows);

void activate_run(Activation activation, float slope, const float* x, float* y, int64_t n) {
  HWY_DYNAMIC_DISPATCH(ActivateRun)(activation, slope, x, y, n);
}
void affine_run(const float* x, float scale, float shift, float* y, int64_t n) {
  HWY_DYNAMIC_DISPATCH(AffineRun)(x, scale, shift, y, n);
}
void clamp_run(const float* x, float low, float high, float* y, int64_t n) {
  HWY_DYNAMIC_DISPATCH(ClampRun)(x, low, high, y, n);
}
void binary_run(Binary op, Repeat repeat, const float* a, const float* b, float* y, int64_t n) {
  HWY_DYNAMIC_DISPATCH(BinaryRun)(op, repeat, a, b, y, n);
}
void gate_run(Gate gate, const float* a, const float* b, float* y, int64_t n) {
  HWY_DYNAMIC_DISPATCH(GateRun)(gate, a, b, y, n);
}
void epilogue_rows(const float* x, int64_t x_stride, const float* bias, Activation activation,
                   float slope, const float* residual, float* y, int64_t y_stride, int64_t rows,
                   int64_t width) {
  HWY_DYNAMIC_DISPATCH(EpilogueRows)
  (x, x_stride, bias, activation, slope, residual, y, y_stride, rows, width);
}

}  // namespace myna::compute::cpu
#endif
