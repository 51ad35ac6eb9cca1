#include "training/mel_augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace myna::training {
namespace {

constexpr float kNeperPerDb = 0.11512925f;  // natural log of magnitude per decibel

float hz_to_mel(float hz) { return 2595.0f * std::log10(1.0f + hz / 700.0f); }
float mel_to_hz(float mel) { return 700.0f * (std::pow(10.0f, mel / 2595.0f) - 1.0f); }

/// For each output bin, the (fractional) input bin that a warp by `factor` moves there.
std::vector<float> warp_map(int64_t bins, int sample_rate, float factor) {
  const float top = hz_to_mel(float(sample_rate) / 2);
  std::vector<float> map(static_cast<size_t>(bins));
  for (int64_t b = 0; b < bins; ++b) {
    const float hz = mel_to_hz(top * float(b + 1) / float(bins + 1));
    const float source = hz_to_mel(hz / factor) / top * float(bins + 1) - 1.0f;
    map[size_t(b)] = std::clamp(source, 0.0f, float(bins - 1));
  }
  return map;
}

void warp(LogMel& mel, const std::vector<float>& map) {
  const size_t bins = size_t(mel.bins);
  std::vector<float> row(bins);
  for (int64_t t = 0; t < mel.frames(); ++t) {
    float* x = mel.values.data() + size_t(t) * bins;
    for (size_t b = 0; b < bins; ++b) {
      const size_t low = std::min(size_t(map[b]), bins - 1);
      const size_t high = std::min(low + 1, bins - 1);
      const float part = map[b] - float(low);
      row[b] = x[low] * (1 - part) + x[high] * part;
    }
    std::copy(row.begin(), row.end(), x);
  }
}

void equalise(LogMel& mel, const MelAugmentOptions& options, Rng& rng) {
  const size_t bins = size_t(mel.bins);
  std::vector<float> curve(bins);
  const float gain = rng.uniform(-options.gain_db, options.gain_db);
  const float tilt = rng.uniform(-options.tilt_db, options.tilt_db);
  for (size_t b = 0; b < bins; ++b) curve[b] = gain + tilt * (float(b) / float(bins - 1) - 0.5f);
  for (int ripple = 1; ripple <= 3; ++ripple) {
    const float depth = rng.uniform(-options.equaliser_db, options.equaliser_db) / float(ripple);
    const float phase = rng.uniform(0.0f, 2 * std::numbers::pi_v<float>);
    for (size_t b = 0; b < bins; ++b)
      curve[b] +=
          depth *
          std::cos(std::numbers::pi_v<float> * float(ripple) * float(b) / float(bins - 1) + phase);
  }
  for (size_t i = 0; i < mel.values.size(); ++i) mel.values[i] += curve[i % bins] * kNeperPerDb;
}

void add_noise(LogMel& mel, const MelAugmentOptions& options, Rng& rng) {
  double power = 0;
  for (const float v : mel.values) power += std::exp(2 * double(v));
  power /= double(std::max<size_t>(1, mel.values.size()));
  const float snr = rng.uniform(options.snr_low_db, options.snr_high_db);
  const float level = std::log(float(power) + 1e-12f) - 2 * snr * kNeperPerDb;
  const float tilt = rng.uniform(-12.0f, 6.0f) * 2 * kNeperPerDb;  // brown to bluish
  const size_t bins = size_t(mel.bins);
  for (size_t i = 0; i < mel.values.size(); ++i) {
    const float shape = tilt * (float(i % bins) / float(bins - 1) - 0.5f);
    // Mean of two exponentials: the power of a few independent noise bins.
    const float chance = 0.5f * (rng.exponential() + rng.exponential());
    mel.values[i] =
        0.5f * std::log(std::exp(2 * mel.values[i]) + std::exp(level + shape) * chance + 1e-20f);
  }
}

void mask(LogMel& mel, const MelAugmentOptions& options, Rng& rng) {
  const int64_t bins = mel.bins, frames = mel.frames();
  double sum = 0;
  for (const float v : mel.values) sum += double(v);
  const float mean = float(sum / double(std::max<size_t>(1, mel.values.size())));
  for (int i = 0; i < options.frequency_masks; ++i) {
    const int64_t width = int64_t(rng.below(uint64_t(options.frequency_mask_bins) + 1));
    const int64_t begin = int64_t(rng.below(uint64_t(std::max<int64_t>(1, bins - width))));
    for (int64_t t = 0; t < frames; ++t)
      std::fill_n(mel.values.begin() + t * bins + begin, width, mean);
  }
  const int64_t longest = int64_t(options.time_mask_share * float(frames));
  for (int i = 0; i < options.time_masks && longest > 0; ++i) {
    const int64_t width = int64_t(rng.below(uint64_t(longest) + 1));
    const int64_t begin = int64_t(rng.below(uint64_t(std::max<int64_t>(1, frames - width))));
    std::fill_n(mel.values.begin() + begin * bins, width * bins, mean);
  }
}

}  // namespace

MelAugmentOptions MelAugmentOptions::from_json(const Json& json, const std::string& subject) {
  MelAugmentOptions o;
  const auto number = [&](const char* key, float& value) {
    value = value_or<float>(json, key, value, subject, ErrorCode::kUsage);
  };
  const auto count = [&](const char* key, int& value) {
    value = value_or<int>(json, key, value, subject, ErrorCode::kUsage);
  };
  number("probability", o.probability);
  number("warp_low", o.warp_low);
  number("warp_high", o.warp_high);
  number("stretch_low", o.stretch_low);
  number("stretch_high", o.stretch_high);
  number("tilt_db", o.tilt_db);
  number("equaliser_db", o.equaliser_db);
  number("gain_db", o.gain_db);
  number("noise_probability", o.noise_probability);
  number("snr_low_db", o.snr_low_db);
  number("snr_high_db", o.snr_high_db);
  count("frequency_masks", o.frequency_masks);
  count("frequency_mask_bins", o.frequency_mask_bins);
  count("time_masks", o.time_masks);
  number("time_mask_share", o.time_mask_share);
  return o;
}

LogMel stretch_mel(const LogMel& mel, int64_t frames) {
  const int64_t from = mel.frames();
  if (frames == from || from == 0) return mel;
  LogMel out{mel.bins, std::vector<float>(size_t(frames * mel.bins))};
  const float scale = float(from) / float(frames);
  for (int64_t t = 0; t < frames; ++t) {
    const float at = std::clamp((float(t) + 0.5f) * scale - 0.5f, 0.0f, float(from - 1));
    const int64_t low = int64_t(at), high = std::min(low + 1, from - 1);
    const float part = at - float(low);
    for (int64_t b = 0; b < mel.bins; ++b)
      out.values[size_t(t * mel.bins + b)] = mel.values[size_t(low * mel.bins + b)] * (1 - part) +
                                             mel.values[size_t(high * mel.bins + b)] * part;
  }
  return out;
}

LogMel augment_mel(const LogMel& mel, const MelAugmentOptions& options, int sample_rate, Rng rng) {
  LogMel out = mel;
  if (rng.uniform() < options.probability) {
    const float stretch = rng.uniform(options.stretch_low, options.stretch_high);
    out = stretch_mel(mel, std::max<int64_t>(1, std::llround(float(mel.frames()) * stretch)));
    // Uniform in the logarithm: shrinking and widening are equally likely.
    const float factor =
        std::exp(rng.uniform(std::log(options.warp_low), std::log(options.warp_high)));
    warp(out, warp_map(out.bins, sample_rate, factor));
    equalise(out, options, rng);
    if (rng.uniform() < options.noise_probability) add_noise(out, options, rng);
  }
  mask(out, options, rng);
  return out;
}

}  // namespace myna::training
