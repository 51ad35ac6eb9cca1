// Signals for the audio tests.
#pragma once

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "audio/clip.h"
#include "base/error.h"
#include "base/random.h"

namespace myna::audio::testing {

inline Clip sine(double hz, double seconds, int rate, double amplitude = 0.5, int channels = 1) {
  Clip clip{{}, rate, channels};
  const auto frames = static_cast<int64_t>(seconds * rate);
  for (int64_t i = 0; i < frames; ++i) {
    const auto x = static_cast<float>(
        amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
    for (int c = 0; c < channels; ++c) clip.samples.push_back(c == 0 ? x : -x / 2);
  }
  return clip;
}

inline Clip noise(double seconds, int rate, float sigma, uint64_t seed = 1) {
  Clip clip{std::vector<float>(static_cast<size_t>(seconds * rate)), rate, 1};
  Rng rng(seed);
  for (float& x : clip.samples) x = sigma * rng.normal();
  return clip;
}

/// A buzz through two resonances at `f0` Hz in syllables of 180 ms with 70 ms gaps.
inline Clip babble(double seconds, int rate, double f0, float level = 0.3F) {
  Clip clip{std::vector<float>(static_cast<size_t>(seconds * rate)), rate, 1};
  double phase = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0;
  const auto resonate = [&](double x, double hz, double width, double& a, double& b) {
    const double r = std::exp(-std::numbers::pi * width / rate);
    const double y = x + 2 * r * std::cos(2 * std::numbers::pi * hz / rate) * a - r * r * b;
    b = a;
    return a = y;
  };
  double peak = 0;
  std::vector<double> raw(clip.samples.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    phase += f0 * (1 + 0.05 * std::sin(2 * std::numbers::pi * 2 * t)) / rate;
    double pulse = 0;
    if (phase >= 1) phase -= 1, pulse = 1;
    const double at = std::fmod(t, 0.25);
    const double gate = at < 0.18 ? std::sin(std::numbers::pi * at / 0.18) : 0.0;
    raw[i] = gate * (resonate(pulse, 600, 80, y1, y2) + 0.5 * resonate(pulse, 1500, 120, z1, z2));
    peak = std::max(peak, std::abs(raw[i]));
  }
  for (size_t i = 0; i < raw.size(); ++i)
    clip.samples[i] = static_cast<float>(raw[i] / peak * level);
  return clip;
}

/// The error that `work` throws; a test failure shows in its empty message.
template <typename Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::kInternal, "", "nothing was thrown");
}

}  // namespace myna::audio::testing
