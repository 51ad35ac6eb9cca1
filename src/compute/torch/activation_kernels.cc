#include "compute/torch/activation_kernels.h"

#include "compute/torch/kernel_math.h"

namespace myna::compute::kernels {
namespace {

constexpr float kSqrtHalf = 0.70710678f, kInverseSqrt2Pi = 0.39894228f;
constexpr float kSqrt2OverPi = 0.79788456f, kCubic = 0.044715f;

/// The normal distribution function at x, given bell = exp(-x^2 / 2). Abramowitz and Stegun 7.1.26.
MYNA_INLINE float normal_cdf(float x, float bell) {
  const float z = __builtin_fabsf(x) * kSqrtHalf;
  const float t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  return 0.5f + __builtin_copysignf(0.5f - 0.5f * p * t * bell, x);
}

/// tanh(log(1 + e^x)) = (u^2 + 2u) / (u^2 + 2u + 2) with u = e^x; 1 beyond x = 20.
MYNA_INLINE float tanh_softplus(float x) {
  const float u = fast_exp(x < 20.0f ? x : 20.0f);
  const float w = u * (u + 2.0f);
  return w / (w + 2.0f);
}

struct Gelu {
  static MYNA_INLINE float value(float x) { return x * normal_cdf(x, fast_exp(-0.5f * x * x)); }
  static MYNA_INLINE float slope(float x) {
    const float bell = fast_exp(-0.5f * x * x);
    return normal_cdf(x, bell) + x * kInverseSqrt2Pi * bell;
  }
};

struct GeluTanh {
  static MYNA_INLINE float inner(float x) { return kSqrt2OverPi * (x + kCubic * x * x * x); }
  static MYNA_INLINE float value(float x) { return 0.5f * x * (1.0f + tanh(inner(x))); }
  static MYNA_INLINE float slope(float x) {
    const float t = tanh(inner(x));
    return 0.5f * (1.0f + t) +
           0.5f * x * (1.0f - t * t) * kSqrt2OverPi * (1.0f + 3.0f * kCubic * x * x);
  }
};

struct Silu {
  static MYNA_INLINE float value(float x) { return x * sigmoid(x); }
  static MYNA_INLINE float slope(float x) {
    const float s = sigmoid(x);
    return s * (1.0f + x * (1.0f - s));
  }
};

struct Mish {
  static MYNA_INLINE float value(float x) { return x * tanh_softplus(x); }
  static MYNA_INLINE float slope(float x) {
    const float t = tanh_softplus(x);
    return t + x * (1.0f - t * t) * sigmoid(x);
  }
};

struct Tanh {
  static MYNA_INLINE float value(float x) { return tanh(x); }
  static MYNA_INLINE float slope(float x) {
    const float t = tanh(x);
    return 1.0f - t * t;
  }
};

template <typename F>
MYNA_INLINE void values(int64_t n, const float* __restrict x, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = F::value(x[i]);
}

template <typename F>
MYNA_INLINE void slopes(int64_t n, const float* __restrict x, const float* __restrict dy,
                        float* __restrict dx) {
  for (int64_t i = 0; i < n; ++i) dx[i] = dy[i] * F::slope(x[i]);
}

}  // namespace

MYNA_CLONES void activate(Curve curve, int64_t n, const float* x, float* y) {
  switch (curve) {
    case Curve::kGelu:
      return values<Gelu>(n, x, y);
    case Curve::kGeluTanh:
      return values<GeluTanh>(n, x, y);
    case Curve::kSilu:
      return values<Silu>(n, x, y);
    case Curve::kMish:
      return values<Mish>(n, x, y);
    case Curve::kTanh:
      return values<Tanh>(n, x, y);
  }
}

MYNA_CLONES void activate_dx(Curve curve, int64_t n, const float* x, const float* dy, float* dx) {
  switch (curve) {
    case Curve::kGelu:
      return slopes<Gelu>(n, x, dy, dx);
    case Curve::kGeluTanh:
      return slopes<GeluTanh>(n, x, dy, dx);
    case Curve::kSilu:
      return slopes<Silu>(n, x, dy, dx);
    case Curve::kMish:
      return slopes<Mish>(n, x, dy, dx);
    case Curve::kTanh:
      return slopes<Tanh>(n, x, dy, dx);
  }
}

}  // namespace myna::compute::kernels
