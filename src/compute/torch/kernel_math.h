// Scalar functions for loops that the compiler vectorises, and the attribute that compiles a
// function once per x86-64 level and picks at run time. Include only from kernel files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)  // resolvers run before those
#define MYNA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MYNA_CLONES
#endif
#define MYNA_INLINE inline __attribute__((always_inline))

namespace myna::compute::kernels {

MYNA_INLINE float bits(int32_t i) {
  float f;
  std::memcpy(&f, &i, sizeof f);
  return f;
}

/// exp(x) to about 2 units of the last place: 2^n by exponent bits, the rest by a polynomial.
MYNA_INLINE float fast_exp(float x) {
  x = std::min(std::max(x, -87.0f), 88.0f);
  const float shifted = x * 1.44269504f + 12582912.0f;  // rounds to an integer in the low bits
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * bits((int32_t(n) + 127) << 23);
}

MYNA_INLINE float sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }

/// Right to about 1e-7 absolutely, which is what a gate needs.
MYNA_INLINE float tanh(float x) { return 2.0f / (1.0f + fast_exp(-2.0f * x)) - 1.0f; }

MYNA_INLINE float load(const float* x) { return *x; }
MYNA_INLINE float load(const uint16_t* x) { return bits(int32_t(uint32_t(*x) << 16)); }
MYNA_INLINE void store(float* to, float x) { *to = x; }
/// bf16, rounded to nearest even; x must be finite.
MYNA_INLINE void store(uint16_t* to, float x) {
  uint32_t i;
  std::memcpy(&i, &x, sizeof i);
  *to = uint16_t((i + 0x7fffu + ((i >> 16) & 1u)) >> 16);
}

/// Sum of f(i), 0 <= i < n, in sixteen independent partial sums.
template <typename F>
MYNA_INLINE float sum_of(int64_t n, F f) {
  constexpr int64_t kLanes = 16;
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lanes[j] += f(i + j);
  }
  float total = 0;
  for (; i < n; ++i) total += f(i);
  for (int64_t j = 0; j < kLanes; ++j) total += lanes[j];
  return total;
}

}  // namespace myna::compute::kernels
