#include "training/speech_cleanup.h"

#include <algorithm>
#include <cmath>

namespace myna::training {
namespace {

constexpr double kFrameSeconds = 0.01;
constexpr float kFloorDb = -90.0f;
constexpr float kMaxPeak = 0.95f;
constexpr double kShortestSpeech = 0.1;
constexpr double kShortestPause = 0.12;
constexpr float kNoiseAmplitude = 1.5e-4f;  // about -80 dB

int frame_samples(int sample_rate) { return static_cast<int>(sample_rate * kFrameSeconds); }

float to_db(double mean_square) {
  return std::max(kFloorDb, static_cast<float>(10.0 * std::log10(mean_square + 1e-12)));
}

std::vector<float> frame_levels(std::span<const float> mono, int frame) {
  std::vector<float> levels;
  for (size_t at = 0; at + frame <= mono.size(); at += frame) {
    double sum = 0;
    for (int i = 0; i < frame; ++i) sum += double(mono[at + i]) * mono[at + i];
    levels.push_back(to_db(sum / frame));
  }
  return levels;
}

/// Speech is what lies above a level between the noise floor and the loud frames, but no more than
/// 38 dB below the latter.
std::vector<bool> find_speech(const std::vector<float>& levels) {
  std::vector<float> sorted = levels;
  std::sort(sorted.begin(), sorted.end());
  const float quiet = sorted[sorted.size() / 20];
  const float loud = sorted[sorted.size() * 19 / 20];
  const float threshold = std::max(quiet + 0.25f * (loud - quiet), loud - 38.0f);
  std::vector<bool> speech(levels.size());
  for (size_t i = 0; i < levels.size(); ++i) speech[i] = levels[i] > threshold && loud > -70.0f;
  return speech;
}

struct Range {
  size_t begin, end;
};

/// Stretches of frames that are kept when ends and pauses are shortened.
std::vector<Range> kept_frames(const std::vector<bool>& speech, size_t edge, size_t pause) {
  std::vector<Range> kept;
  for (size_t i = 0; i < speech.size(); ++i) {
    if (!speech[i]) continue;
    const size_t begin = i;
    while (i < speech.size() && speech[i]) ++i;
    const size_t gap = kept.empty() ? 0 : begin - kept.back().end;
    if (!kept.empty() && gap <= pause) {
      kept.back().end = i;
    } else if (!kept.empty()) {
      kept.back().end += pause / 2;
      kept.push_back({begin - (pause - pause / 2), i});
    } else {
      kept.push_back({begin - std::min(begin, edge), i});
    }
  }
  if (!kept.empty()) kept.back().end = std::min(kept.back().end + edge, speech.size());
  return kept;
}

void fade_joint(std::vector<float>& samples, size_t joint, size_t length) {
  length = std::min({length, joint, samples.size() - joint});
  for (size_t i = 0; i < length; ++i) {
    const float gain = float(i) / float(length);
    samples[joint + i] *= gain;
    samples[joint - 1 - i] *= gain;
  }
}

void set_level(std::vector<float>& samples, const std::vector<float>& levels,
               const std::vector<bool>& speech, float level_db) {
  double power = 0;
  size_t count = 0;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (!speech[i]) continue;
    power += std::pow(10.0, levels[i] / 10.0);
    ++count;
  }
  float peak = 1e-9f;
  for (const float x : samples) peak = std::max(peak, std::abs(x));
  const double wanted = std::pow(10.0, level_db / 20.0) / std::sqrt(power / double(count));
  const float gain = std::min(static_cast<float>(wanted), kMaxPeak / peak);
  for (float& x : samples) x *= gain;
}

struct Pause {
  size_t begin, end;  ///< frames
};

std::vector<Pause> find_pauses(const std::vector<bool>& speech) {
  std::vector<Pause> pauses;
  const auto shortest = static_cast<size_t>(kShortestPause / kFrameSeconds);
  for (size_t i = 0; i < speech.size(); ++i) {
    if (speech[i]) continue;
    const size_t begin = i;
    while (i < speech.size() && !speech[i]) ++i;
    if (i - begin >= shortest) pauses.push_back({begin, i});
  }
  return pauses;
}

/// The frame to cut at within [low, high]: the middle of the longest pause there, else the
/// quietest.
size_t choose_cut(const std::vector<float>& levels, const std::vector<Pause>& pauses, size_t low,
                  size_t high) {
  const Pause* best = nullptr;
  for (const auto& pause : pauses) {
    const size_t middle = (pause.begin + pause.end) / 2;
    if (middle < low || middle > high) continue;
    if (best == nullptr || pause.end - pause.begin > best->end - best->begin) best = &pause;
  }
  if (best != nullptr) return (best->begin + best->end) / 2;
  const auto first = levels.begin() + static_cast<ptrdiff_t>((low + high) / 2);
  const auto last = levels.begin() + static_cast<ptrdiff_t>(high);
  return static_cast<size_t>(std::min_element(first, last) - levels.begin());
}

}  // namespace

std::vector<float> clean_speech(std::span<const float> mono, int sample_rate,
                                const CleanupOptions& options) {
  const int frame = frame_samples(sample_rate);
  const auto levels = frame_levels(mono, frame);
  if (levels.empty()) return {};
  const auto speech = find_speech(levels);
  const auto voiced = static_cast<double>(std::count(speech.begin(), speech.end(), true));
  if (voiced * kFrameSeconds < kShortestSpeech) return {};
  const auto kept = kept_frames(speech, static_cast<size_t>(options.edge_seconds / kFrameSeconds),
                                static_cast<size_t>(options.pause_seconds / kFrameSeconds));
  std::vector<float> out;
  for (const auto& range : kept) {
    const size_t joint = out.size();
    const size_t end = std::min(range.end * frame, mono.size());
    out.insert(out.end(), mono.begin() + static_cast<ptrdiff_t>(range.begin * frame),
               mono.begin() + static_cast<ptrdiff_t>(end));
    if (joint > 0) fade_joint(out, joint, static_cast<size_t>(frame) / 2);
  }
  set_level(out, levels, speech, options.level_db);
  return out;
}

std::vector<std::vector<float>> cut_at_pauses(std::span<const float> mono, int sample_rate,
                                              double shortest, double longest) {
  const int frame = frame_samples(sample_rate);
  const auto levels = frame_levels(mono, frame);
  std::vector<std::vector<float>> pieces;
  if (levels.empty()) return pieces;
  const auto pauses = find_pauses(find_speech(levels));
  const auto low = static_cast<size_t>(shortest / kFrameSeconds);
  const auto high = static_cast<size_t>(longest / kFrameSeconds);
  size_t begin = 0;
  while (begin < levels.size()) {
    const size_t left = levels.size() - begin;
    if (left < low / 2) break;
    size_t end = levels.size();
    if (left > high) {
      // Leave at least `low` for the rest where possible.
      const size_t latest = std::min(begin + high, std::max(begin + low, levels.size() - low));
      end = choose_cut(levels, pauses, begin + low, latest);
    }
    pieces.emplace_back(mono.begin() + static_cast<ptrdiff_t>(begin * frame),
                        mono.begin() + static_cast<ptrdiff_t>(end * frame));
    begin = end;
  }
  return pieces;
}

void append_pause(std::vector<float>& samples, int sample_rate, Rng& rng) {
  const auto count = static_cast<size_t>(rng.uniform(0.15f, 0.3f) * float(sample_rate));
  for (size_t i = 0; i < count; ++i) samples.push_back(rng.uniform(-1, 1) * kNoiseAmplitude);
}

}  // namespace myna::training
