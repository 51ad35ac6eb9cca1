// Activation functions on Highway vectors. Included by the kernel files once per target.
#if defined(MYNA_COMPUTE_CPU_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MYNA_COMPUTE_CPU_ACTIVATIONS_INL_H_
#undef MYNA_COMPUTE_CPU_ACTIVATIONS_INL_H_
#else
#define MYNA_COMPUTE_CPU_ACTIVATIONS_INL_H_
#endif

#include "compute/backend.h"
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Arguments are kept where Highway's exponential neither overflows its integer steps nor denormal
// results matter.
template <class D, class V>
HWY_INLINE V safe_exp(D d, V x) {
  return hn::Exp(d, hn::Min(x, hn::Set(d, 104.0f)));
}

template <class D, class V>
HWY_INLINE V sigmoid(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V e = hn::Exp(d, hn::Neg(hn::Max(hn::Min(x, hn::Set(d, 88.0f)), hn::Set(d, -88.0f))));
  return hn::Div(one, hn::Add(one, e));
}

template <class D, class V>
HWY_INLINE V hyperbolic_tangent(D d, V x) {
  return hn::Tanh(d, hn::Max(hn::Min(x, hn::Set(d, 20.0f)), hn::Set(d, -20.0f)));
}

// Abramowitz and Stegun 7.1.26; absolute error below 2e-7.
template <class D, class V>
HWY_INLINE V error_function(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V a = hn::Abs(x);
  const V t = hn::Div(one, hn::MulAdd(hn::Set(d, 0.3275911f), a, one));
  V p = hn::Set(d, 1.061405429f);
  p = hn::MulAdd(p, t, hn::Set(d, -1.453152027f));
  p = hn::MulAdd(p, t, hn::Set(d, 1.421413741f));
  p = hn::MulAdd(p, t, hn::Set(d, -0.284496736f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.254829592f));
  const V e = hn::Exp(d, hn::Neg(hn::Min(hn::Mul(a, a), hn::Set(d, 80.0f))));
  return hn::CopySign(hn::NegMulAdd(hn::Mul(p, t), e, one), x);
}

struct None {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return x;
  }
};
struct Relu {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Max(x, hn::Zero(d));
  }
};
struct LeakyRelu {
  float slope;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(x, hn::Set(d, slope)), x);
  }
};
struct Gelu {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V half = hn::Mul(x, hn::Set(d, 0.5f));
    return hn::MulAdd(half, error_function(d, hn::Mul(x, hn::Set(d, 0.70710678f))), half);
  }
};
struct GeluTanh {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V half = hn::Mul(x, hn::Set(d, 0.5f));
    const V cube = hn::Mul(x, hn::Mul(x, x));
    const V inner = hn::Mul(hn::Set(d, 0.79788456f), hn::MulAdd(hn::Set(d, 0.044715f), cube, x));
    return hn::MulAdd(half, hyperbolic_tangent(d, inner), half);
  }
};
struct Silu {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Mul(x, sigmoid(d, x));
  }
};
// x * tanh(log(1 + e^x)) = x * (e^2x + 2e^x) / (e^2x + 2e^x + 2)
struct Mish {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V e = hn::Exp(d, hn::Max(hn::Min(x, hn::Set(d, 20.0f)), hn::Set(d, -88.0f)));
    const V n = hn::Mul(e, hn::Add(e, hn::Set(d, 2.0f)));
    return hn::Mul(x, hn::Div(n, hn::Add(n, hn::Set(d, 2.0f))));
  }
};
struct Tanh {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hyperbolic_tangent(d, x);
  }
};
struct Sigmoid {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return sigmoid(d, x);
  }
};
struct Exp {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return safe_exp(d, x);
  }
};
struct Log {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Log(d, x);
  }
};
struct Sqrt {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};
struct Abs {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Abs(x);
  }
};
struct Sin {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Sin(d, x);
  }
};
struct Cos {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Cos(d, x);
  }
};
struct Softplus {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V e = hn::Exp(d, hn::Neg(hn::Min(hn::Abs(x), hn::Set(d, 88.0f))));
    return hn::Add(hn::Max(x, hn::Zero(d)), hn::Log1p(d, e));
  }
};

/// Calls fn with the functor of an activation.
template <class Fn>
HWY_INLINE void with_activation(Activation activation, float slope, const Fn& fn) {
  switch (activation) {
    case Activation::kNone:
      return fn(None{});
    case Activation::kRelu:
      return fn(Relu{});
    case Activation::kLeakyRelu:
      return fn(LeakyRelu{slope});
    case Activation::kGelu:
      return fn(Gelu{});
    case Activation::kGeluTanh:
      return fn(GeluTanh{});
    case Activation::kSilu:
      return fn(Silu{});
    case Activation::kMish:
      return fn(Mish{});
    case Activation::kTanh:
      return fn(Tanh{});
    case Activation::kSigmoid:
      return fn(Sigmoid{});
    case Activation::kExp:
      return fn(Exp{});
    case Activation::kLog:
      return fn(Log{});
    case Activation::kSqrt:
      return fn(Sqrt{});
    case Activation::kAbs:
      return fn(Abs{});
    case Activation::kSin:
      return fn(Sin{});
    case Activation::kCos:
      return fn(Cos{});
    case Activation::kSoftplus:
      return fn(Softplus{});
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#endif
