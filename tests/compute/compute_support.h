// Helpers of the CPU backend's tests: values from a seed and plain double-precision references.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "compute/backend.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::compute::testing {

using Values = std::vector<double>;

inline std::vector<float> draw(int64_t count, uint64_t seed, float scale = 1.0f) {
  Rng rng(seed, uint64_t(count));
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = scale * rng.uniform(-1.0f, 1.0f);
  return values;
}

inline HostTensor host(const Shape& shape, uint64_t seed, float scale = 1.0f) {
  return HostTensor::from_floats(shape, draw(tensor::element_count(shape), seed, scale));
}

inline Values doubles(const HostTensor& t) {
  const std::vector<float> f = t.to_floats();
  return Values(f.begin(), f.end());
}

/// The largest |a - b| must not exceed tolerance * max(1, largest |b|).
inline void expect_near(const HostTensor& actual, const Values& wanted, double tolerance,
                        const std::string& what = {}) {
  const std::vector<float> got = actual.to_floats();
  ASSERT_EQ(got.size(), wanted.size()) << what;
  double worst = 0, top = 1;
  size_t where = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(std::isfinite(got[i])) << what << " at " << i;
    top = std::max(top, std::abs(wanted[i]));
    const double error = std::abs(double(got[i]) - wanted[i]);
    if (error > worst) {
      worst = error;
      where = i;
    }
  }
  EXPECT_LE(worst, tolerance * top)
      << what << ": " << got[where] << " instead of " << wanted[where] << " at " << where;
}

/// Root of mean square error over root of mean square.
inline double relative_error(const HostTensor& actual, const Values& wanted) {
  const std::vector<float> got = actual.to_floats();
  double error = 0, power = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    error += (double(got[i]) - wanted[i]) * (double(got[i]) - wanted[i]);
    power += wanted[i] * wanted[i];
  }
  return std::sqrt(error / power);
}

inline double reference_activation(Activation a, double x, double slope) {
  switch (a) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return std::max(x, 0.0);
    case Activation::kLeakyRelu:
      return x < 0 ? x * slope : x;
    case Activation::kGelu:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::kGeluTanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::kSilu:
      return x / (1 + std::exp(-x));
    case Activation::kMish:
      return x * std::tanh(std::log1p(std::exp(x)));
    case Activation::kTanh:
      return std::tanh(x);
    case Activation::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::kExp:
      return std::exp(x);
    case Activation::kLog:
      return std::log(x);
    case Activation::kSqrt:
      return std::sqrt(x);
    case Activation::kAbs:
      return std::abs(x);
    case Activation::kSin:
      return std::sin(x);
    case Activation::kCos:
      return std::cos(x);
    case Activation::kSoftplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
  }
  return 0;
}

/// A precise backend (no bf16) and the backend as users get it, with two threads each.
inline std::shared_ptr<Backend> precise_backend(int threads = 2) {
  return make_cpu_backend({.threads = threads, .bf16 = false});
}

/// Frames of [B, C, T] or values of any other shape, also stored channels-last: a tensor made by
/// transposing twice in different ways reads the same but lies differently.
inline Tensor swapped_order(Backend& b, const HostTensor& t) {
  Shape shape = t.shape();
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  const int64_t columns = t.dim(-1), rows = t.dim(-2), planes = t.count() / (columns * rows);
  const std::vector<float> f = t.to_floats();
  std::vector<float> turned(f.size());
  for (int64_t p = 0; p < planes; ++p)
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c)
        turned[size_t((p * columns + c) * rows + r)] = f[size_t((p * rows + r) * columns + c)];
  const int rank = int(shape.size());
  return b.transpose(b.from_host(HostTensor::from_floats(shape, turned)), rank - 2, rank - 1);
}

inline void expect_internal_error(const std::string& op, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << op << " took impossible operands";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kInternal);
    EXPECT_EQ(e.subject(), op);
  }
}

}  // namespace myna::compute::testing
