#include "audio/loudness.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace myna::audio {
namespace {

/// A second-order section in direct form I, in double: the high-pass sits near zero frequency.
struct Biquad {
  double b0, b1, b2, a1, a2;
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0;

  double operator()(double x) {
    const double y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1, x1 = x, y2 = y1, y1 = y;
    return y;
  }
};

// BS.1770 gives coefficients for 48 kHz only; these are the analogue prototypes behind them, taken
// to any rate by the bilinear transform (Brecht De Man, "Evaluation of implementations of the EBU
// R128 loudness measurement", AES 145, 2018).
Biquad head_shelf(double rate) {
  const double f0 = 1681.974450955533, gain_db = 3.999843853973347, q = 0.7071752369554196;
  const double k = std::tan(std::numbers::pi * std::min(f0 / rate, 0.49));
  const double vh = std::pow(10.0, gain_db / 20.0), vb = std::pow(vh, 0.4996667741545416);
  const double a0 = 1.0 + k / q + k * k;
  return {(vh + vb * k / q + k * k) / a0, 2.0 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0,
          2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
}

Biquad low_cut(double rate) {
  const double f0 = 38.13547087602444, q = 0.5003270373238773;
  const double k = std::tan(std::numbers::pi * f0 / rate);
  const double a0 = 1.0 + k / q + k * k;
  return {1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
}

double loudness_of(double mean_square) {
  return mean_square > 0 ? -0.691 + 10.0 * std::log10(mean_square) : kSilenceDb;
}

/// Mean of the block powers that are above the gate; 0 when none is.
double gated_mean(const std::vector<double>& powers, double gate_lufs) {
  double sum = 0;
  int64_t count = 0;
  for (double power : powers) {
    if (loudness_of(power) <= gate_lufs) continue;
    sum += power;
    ++count;
  }
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

}  // namespace

double to_db(double amplitude) {
  return amplitude > 0 ? std::max(kSilenceDb, 20.0 * std::log10(amplitude)) : kSilenceDb;
}

double from_db(double db) { return std::pow(10.0, db / 20.0); }

float peak(std::span<const float> samples) {
  float most = 0;
  for (float x : samples) most = std::max(most, std::abs(x));
  return most;
}

float rms(std::span<const float> samples) {
  if (samples.empty()) return 0;
  double sum = 0;
  for (float x : samples) sum += static_cast<double>(x) * x;
  return static_cast<float>(std::sqrt(sum / static_cast<double>(samples.size())));
}

double integrated_loudness(const Clip& clip) {
  const int64_t frames = clip.frames();
  if (frames == 0) return kSilenceDb;
  const int64_t step = std::max<int64_t>(1, clip.sample_rate / 10);
  std::vector<double> steps((frames + step - 1) / step);  // energies of 100 ms, all channels
  for (int c = 0; c < clip.channels; ++c) {
    Biquad shelf = head_shelf(clip.sample_rate), cut = low_cut(clip.sample_rate);
    for (int64_t i = 0; i < frames; ++i) {
      const double y = cut(shelf(clip.samples[i * clip.channels + c]));
      steps[i / step] += y * y;
    }
  }
  std::vector<double> powers;
  for (int64_t i = 0; i + 4 <= frames / step; ++i) {
    powers.push_back((steps[i] + steps[i + 1] + steps[i + 2] + steps[i + 3]) / (4.0 * step));
  }
  if (powers.empty()) {
    double sum = 0;
    for (double energy : steps) sum += energy;
    powers.push_back(sum / static_cast<double>(frames));
  }
  const double ungated = gated_mean(powers, -70.0);
  if (ungated <= 0) return kSilenceDb;
  return loudness_of(gated_mean(powers, loudness_of(ungated) - 10.0));
}

double normalize_loudness(Clip& clip, double lufs, float max_peak) {
  const double now = integrated_loudness(clip);
  const float top = peak(clip.samples);
  if (now <= kSilenceDb || top <= 0) return 1.0;
  const double gain = std::min(from_db(lufs - now), static_cast<double>(max_peak) / top);
  for (float& x : clip.samples) x = static_cast<float>(x * gain);
  return gain;
}

}  // namespace myna::audio
