#include "models/excitation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/random.h"

namespace myna::models {
namespace {

constexpr uint64_t kStream = 0x6578;

/// Sum of the cosines of 1 .. `count` times `phase`, by its closed form (Dirichlet kernel).
double cosines(double phase, int64_t count) {
  const double half = std::sin(phase / 2);
  if (std::abs(half) < 1e-6) return double(count);
  return (std::sin((double(count) + 0.5) * phase) / half - 1) / 2;
}

}  // namespace

void widen_pitch(std::span<float> log_hz, float factor) {
  if (log_hz.empty() || factor == 1.0f) return;
  const float mean =
      std::accumulate(log_hz.begin(), log_hz.end(), 0.0f) / static_cast<float>(log_hz.size());
  for (float& value : log_hz) value = mean + (value - mean) * factor;
}

Excitation make_excitation(std::span<const float> log_hz, int64_t hop, int64_t sample_rate,
                           uint64_t seed) {
  const int64_t frames = int64_t(log_hz.size());
  Rng rng(seed, kStream);
  Excitation out;
  out.pulses.resize(size_t(frames * hop));
  out.noise.resize(out.pulses.size());
  double phase = 2 * std::numbers::pi * double(rng.uniform());
  rng.fill_normal(out.noise);

  for (int64_t n = 0; n < frames * hop; ++n) {
    const double at = (double(n) + 0.5) / double(hop) - 0.5;
    const int64_t before = int64_t(std::floor(at));
    const int64_t low = std::clamp<int64_t>(before, 0, frames - 1);
    const int64_t high = std::clamp<int64_t>(before + 1, 0, frames - 1);
    const double a = double(log_hz[size_t(low)]), b = double(log_hz[size_t(high)]);
    const double hz = std::clamp(std::exp(a + (b - a) * (at - double(before))), double(kLowestHz),
                                 double(kHighestHz));
    phase += 2 * std::numbers::pi * hz / double(sample_rate);
    if (phase > 2 * std::numbers::pi) phase -= 2 * std::numbers::pi;
    const auto count = int64_t(double(sample_rate) / 2 / hz);
    out.pulses[size_t(n)] = float(cosines(phase, count) * std::sqrt(2.0 / double(count)));
  }
  return out;
}

}  // namespace myna::models
