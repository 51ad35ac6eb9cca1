#include "models/istft_decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "base/random.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

/// The spectrum that InverseStft expects: Hann-windowed transforms centred on (f + 1/2) * hop,
/// computed by definition in double precision; samples outside the signal are zero.
HostTensor analyse(const std::vector<float>& signal, int64_t n_fft, int64_t hop) {
  const int64_t frames = int64_t(signal.size()) / hop, bins = n_fft / 2 + 1;
  std::vector<float> spectrum(size_t(2 * bins * frames));
  for (int64_t f = 0; f < frames; ++f) {
    for (int64_t k = 0; k < bins; ++k) {
      std::complex<double> sum = 0.0;
      for (int64_t i = 0; i < n_fft; ++i) {
        const int64_t n = f * hop + i - (n_fft - hop) / 2;
        if (n < 0 || n >= int64_t(signal.size())) continue;
        const double turn = 2.0 * std::numbers::pi * double(i) / double(n_fft);
        sum += double(signal[size_t(n)]) * (0.5 - 0.5 * std::cos(turn)) *
               std::polar(1.0, -turn * double(k));
      }
      spectrum[size_t(k * frames + f)] = float(sum.real());
      spectrum[size_t((bins + k) * frames + f)] = float(sum.imag());
    }
  }
  return HostTensor::from_floats({1, 2 * bins, frames}, std::move(spectrum));
}

struct Case {
  int64_t n_fft, hop, frames;
};
class InverseStftCase : public ::testing::TestWithParam<Case> {};

TEST_P(InverseStftCase, InvertsAShortTimeTransformEverywhere) {
  const auto [n_fft, hop, frames] = GetParam();
  const auto backend = compute::make_cpu_backend();
  std::vector<float> signal(size_t(frames * hop));
  Rng(5).fill_normal(signal);
  const InverseStft inverse(*backend, n_fft, hop);
  const HostTensor back =
      backend->to_host(inverse(*backend, backend->from_host(analyse(signal, n_fft, hop))));
  ASSERT_EQ(back.shape(), (Shape{1, 1, frames * hop}));
  // f32 sums of about n_fft terms of size 1, divided by window sums down to 0.25 at the edges.
  for (size_t i = 0; i < signal.size(); ++i) ASSERT_NEAR(back.f32()[i], signal[i], 2e-4) << i;
}

INSTANTIATE_TEST_SUITE_P(Sizes, InverseStftCase,
                         ::testing::Values(Case{640, 160, 9}, Case{64, 16, 1}, Case{64, 16, 2},
                                           Case{64, 32, 7}, Case{60, 20, 11}, Case{62, 10, 8}));

}  // namespace
}  // namespace myna::models
