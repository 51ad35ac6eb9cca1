#include "audio/vad.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "audio/loudness.h"
#include "audio/resample.h"

namespace myna::audio {
namespace {

constexpr double kFrame = 0.02, kHop = 0.01;
constexpr float kFloorDb = -90.0F;  // quieter than any microphone

/// Levels of 20 ms frames after a first-order high-pass at 80 Hz, run twice.
std::vector<float> frame_levels(std::span<const float> mono, int rate) {
  const auto pole = static_cast<float>(std::exp(-2.0 * std::numbers::pi * 80.0 / rate));
  const auto hop = std::max<int64_t>(1, static_cast<int64_t>(kHop * rate));
  std::vector<double> energy(mono.size() / hop + 1);
  float x1 = 0, y1 = 0, z1 = 0;
  for (size_t i = 0; i < mono.size(); ++i) {
    const float y = pole * (y1 + mono[i] - x1);
    const float z = pole * (z1 + y - y1);
    x1 = mono[i], y1 = y, z1 = z;
    energy[i / hop] += static_cast<double>(z) * z;
  }
  std::vector<float> levels;
  const auto per_frame = static_cast<int64_t>(kFrame / kHop + 0.5);
  for (int64_t t = 0; (t + per_frame) * hop <= std::ssize(mono); ++t) {
    double sum = 0;
    for (int64_t k = 0; k < per_frame; ++k) sum += energy[t + k];
    levels.push_back(
        std::max(kFloorDb, static_cast<float>(10.0 * std::log10(sum / (per_frame * hop) + 1e-12))));
  }
  return levels;
}

float percentile(std::vector<float> values, double share) {
  if (values.empty()) return kFloorDb;
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

/// The 10th percentile of the levels within 3 s on both sides, every half second, interpolated.
std::vector<float> noise_floor(const std::vector<float>& levels) {
  constexpr int64_t kReach = 300, kStep = 50;
  const int64_t frames = std::ssize(levels);
  std::vector<float> knots;
  for (int64_t t = 0; t < frames + kStep; t += kStep) {
    const int64_t from = std::clamp<int64_t>(t - kReach, 0, std::max<int64_t>(0, frames - kReach));
    const int64_t to = std::min(frames, std::max(t + kReach, kReach));
    knots.push_back(percentile({levels.begin() + from, levels.begin() + to}, 0.10));
  }
  std::vector<float> floor(frames);
  for (int64_t t = 0; t < frames; ++t) {
    const auto part = static_cast<float>(t % kStep) / kStep;
    floor[t] = knots[t / kStep] * (1 - part) + knots[t / kStep + 1] * part;
  }
  return floor;
}

/// Turns runs of `value` that are shorter than `least` frames into the other value. Runs at the
/// ends are left alone when `keep_ends`.
void remove_short_runs(std::vector<uint8_t>& flags, uint8_t value, int64_t least, bool keep_ends) {
  const int64_t n = std::ssize(flags);
  for (int64_t begin = 0; begin < n;) {
    int64_t end = begin;
    while (end < n && flags[end] == flags[begin]) ++end;
    const bool at_end = begin == 0 || end == n;
    if (flags[begin] == value && end - begin < least && !(keep_ends && at_end)) {
      std::fill(flags.begin() + begin, flags.begin() + end, static_cast<uint8_t>(1 - value));
    }
    begin = end;
  }
}

void widen(std::vector<uint8_t>& flags, int64_t by) {
  const std::vector<uint8_t> before = flags;
  for (int64_t t = 0; t < std::ssize(before); ++t) {
    if (before[t] == 0) continue;
    const int64_t from = std::max<int64_t>(0, t - by);
    const int64_t to = std::min(std::ssize(flags), t + by + 1);
    std::fill(flags.begin() + from, flags.begin() + to, uint8_t{1});
  }
}

std::vector<uint8_t> raw_decision(const std::vector<float>& levels) {
  const std::vector<float> floor = noise_floor(levels);
  const float loud = percentile(levels, 0.95);
  // A recording whose loud frames hardly rise above its quiet ones, or that is as quiet as noise
  // of good equipment, has no speech in it.
  constexpr float kLeastRange = 6.0F, kQuietest = -65.0F;
  std::vector<uint8_t> flags(levels.size());
  if (loud < kQuietest) return flags;
  for (size_t t = 0; t < levels.size(); ++t) {
    const float range = loud - floor[t];
    if (range < kLeastRange) continue;
    const float over = std::clamp(0.35F * range, 5.0F, 15.0F);
    flags[t] = levels[t] > std::max(floor[t] + over, loud - 40.0F);
  }
  return flags;
}

}  // namespace

double Activity::snr_db() const {
  const double noise = std::pow(10.0, noise_db / 10), both = std::pow(10.0, speech_db / 10);
  return 10.0 * std::log10(std::max(both - noise, 1e-3 * noise) / noise);
}

Activity detect_speech(std::span<const float> mono, int rate, const VadOptions& options) {
  Activity out;
  out.hop = kHop;
  out.level_db = frame_levels(mono, rate);
  const std::vector<uint8_t> raw = raw_decision(out.level_db);
  const auto in_frames = [](double seconds) { return static_cast<int64_t>(seconds / kHop + 0.5); };
  out.speech = raw;
  // Clicks first, then gaps within words, then bursts that stayed alone.
  remove_short_runs(out.speech, 1, 2, false);
  remove_short_runs(out.speech, 0, in_frames(options.min_pause), true);
  remove_short_runs(out.speech, 1, in_frames(options.min_speech), false);
  widen(out.speech, in_frames(options.padding));

  double power = 0;
  int64_t loud = 0, active = 0;
  std::vector<float> quiet;
  for (size_t t = 0; t < out.speech.size(); ++t) {
    active += out.speech[t];
    if (out.speech[t] == 0) quiet.push_back(out.level_db[t]);
    if (out.speech[t] != 0 && raw[t] != 0) {
      power += std::pow(10.0, out.level_db[t] / 10);
      ++loud;
    }
  }
  // Speech without a pause: its quietest moments stand for the noise.
  out.noise_db = quiet.size() >= 10 ? percentile(quiet, 0.5) : percentile(out.level_db, 0.05);
  out.speech_db = loud > 0 ? 10.0 * std::log10(power / static_cast<double>(loud)) : kSilenceDb;
  out.speech_seconds = static_cast<double>(active) * kHop;

  const auto hop = std::max<int64_t>(1, static_cast<int64_t>(kHop * rate));
  const int64_t frames = std::ssize(out.speech);
  for (int64_t begin = 0; begin < frames; ++begin) {
    if (out.speech[begin] == 0) continue;
    int64_t end = begin;
    while (end < frames && out.speech[end] != 0) ++end;
    out.segments.push_back({begin * hop, end == frames ? std::ssize(mono) : end * hop});
    begin = end;
  }
  return out;
}

Clip trim_silence(const Clip& clip, double margin) {
  const Activity activity = detect_speech(to_mono(clip).samples, clip.sample_rate);
  if (activity.segments.empty()) return clip;
  const auto extra = static_cast<int64_t>(margin * clip.sample_rate);
  const int64_t begin = std::max<int64_t>(0, activity.segments.front().begin - extra);
  const int64_t end = std::min(clip.frames(), activity.segments.back().end + extra);
  return {
      {clip.samples.begin() + begin * clip.channels, clip.samples.begin() + end * clip.channels},
      clip.sample_rate,
      clip.channels};
}

}  // namespace myna::audio
