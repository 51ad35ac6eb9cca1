#include "audio/pitch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "audio/loudness.h"
#include "audio/resample.h"

namespace myna::audio {
namespace {

constexpr int kWorkRate = 16000;
constexpr double kHop = 0.01;
constexpr int kCandidates = 6;
constexpr int kLanes = 16;
// Costs on the scale of YIN's normalised difference (0 periodic, 1 noise).
constexpr float kUnvoicedCost = 0.35F;  // what a voiced candidate must beat
constexpr float kSwitchCost = 0.15F;    // starting or ending voice
constexpr float kJumpCost = 1.5F;       // per octave and frame
constexpr float kLongLagCost = 0.03F;   // per octave: prefers the shorter of equal periods

struct Candidate {
  float hz = 0;  // 0: unvoiced
  float cost = kUnvoicedCost;
};

struct Frame {
  std::array<Candidate, kCandidates + 1> items;  // items[0] is "unvoiced"
  int count = 1;
  float best_aperiodicity = 1;
};

/// Signal around a centre with zeros beyond its ends.
void take(std::span<const float> x, int64_t begin, std::span<float> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t at = begin + static_cast<int64_t>(i);
    out[i] = at >= 0 && at < std::ssize(x) ? x[at] : 0.0F;
  }
}

class Yin {
 public:
  Yin(int rate, const PitchOptions& options)
      : rate_(rate),
        shortest_(std::max(2, static_cast<int>(rate / options.high_hz))),
        longest_(static_cast<int>(std::ceil(rate / options.low_hz)) + 1),
        // 25 ms, at least one longest period, a whole number of kLanes
        window_((std::max(rate / 40, longest_) + kLanes - 1) / kLanes * kLanes),
        segment_(window_ + longest_ + 1),
        difference_(longest_ + 2) {}

  Frame analyse(std::span<const float> x, int64_t centre, float quiet) {
    Frame frame;
    take(x, centre - std::ssize(segment_) / 2, segment_);
    const float energy = rms(segment_);
    if (energy <= quiet) return frame;
    normalised_difference();
    for (int lag = shortest_; lag <= longest_; ++lag) {
      const float here = difference_[lag];
      frame.best_aperiodicity = std::min(frame.best_aperiodicity, here);
      if (here > 0.6F || here > difference_[lag - 1] || here >= difference_[lag + 1]) continue;
      add(frame, lag);
    }
    return frame;
  }

 private:
  /// d'(lag) for lag 1 .. longest_ + 1.
  void normalised_difference() {
    double sum = 0;
    difference_[0] = 1;
    for (int lag = 1; lag <= longest_ + 1; ++lag) {
      const float* a = segment_.data();
      const float* b = a + lag;
      std::array<float, kLanes> lanes{};  // independent sums, so that they become SIMD
      for (int i = 0; i < window_; i += kLanes) {
        for (int k = 0; k < kLanes; ++k) {
          const float d = a[i + k] - b[i + k];
          lanes[k] += d * d;
        }
      }
      float total = 0;
      for (float lane : lanes) total += lane;
      sum += total;
      difference_[lag] = sum > 0 ? static_cast<float>(total * lag / sum) : 1.0F;
    }
  }

  void add(Frame& frame, int lag) {
    // A parabola through three points places the minimum between samples.
    const float l = difference_[lag - 1], c = difference_[lag], r = difference_[lag + 1];
    const float bend = l - 2 * c + r;
    const float offset = bend > 0 ? std::clamp(0.5F * (l - r) / bend, -0.5F, 0.5F) : 0.0F;
    const auto hz = static_cast<float>(rate_) / (static_cast<float>(lag) + offset);
    const float octaves = std::log2(static_cast<float>(lag) / static_cast<float>(shortest_));
    const Candidate candidate{hz, c - 0.25F * (l - r) * offset + kLongLagCost * octaves};
    if (frame.count <= kCandidates) {
      frame.items[frame.count++] = candidate;
      return;
    }
    auto* worst = std::max_element(frame.items.begin() + 1, frame.items.end(),
                                   [](auto& p, auto& q) { return p.cost < q.cost; });
    if (candidate.cost < worst->cost) *worst = candidate;
  }

  int rate_, shortest_, longest_, window_;
  std::vector<float> segment_, difference_;
};

float step_cost(const Candidate& from, const Candidate& to) {
  if (from.hz == 0 && to.hz == 0) return 0;
  if (from.hz == 0 || to.hz == 0) return kSwitchCost;
  return kJumpCost * std::abs(std::log2(to.hz / from.hz));
}

/// Index of the chosen candidate of every frame.
std::vector<int> cheapest_path(const std::vector<Frame>& frames) {
  std::vector<std::array<uint8_t, kCandidates + 1>> from(frames.size());
  std::array<float, kCandidates + 1> cost{};
  for (size_t t = 0; t < frames.size(); ++t) {
    std::array<float, kCandidates + 1> next{};
    for (int j = 0; j < frames[t].count; ++j) {
      float best = t == 0 ? 0 : std::numeric_limits<float>::max();
      for (int i = 0; t > 0 && i < frames[t - 1].count; ++i) {
        const float total = cost[i] + step_cost(frames[t - 1].items[i], frames[t].items[j]);
        if (total < best) best = total, from[t][j] = static_cast<uint8_t>(i);
      }
      next[j] = best + frames[t].items[j].cost;
    }
    cost = next;
  }
  std::vector<int> path(frames.size());
  if (frames.empty()) return path;
  int at = static_cast<int>(std::min_element(cost.begin(), cost.begin() + frames.back().count) -
                            cost.begin());
  for (size_t t = frames.size(); t-- > 0;) {
    path[t] = at;
    at = from[t][at];
  }
  return path;
}

}  // namespace

double PitchTrack::quantile_hz(double share) const {
  std::vector<float> voiced;
  std::copy_if(hz.begin(), hz.end(), std::back_inserter(voiced), [](float x) { return x > 0; });
  if (voiced.empty()) return 0;
  const auto at =
      static_cast<size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(voiced.size() - 1));
  std::nth_element(voiced.begin(), voiced.begin() + at, voiced.end());
  return voiced[at];
}

double PitchTrack::median_hz() const { return quantile_hz(0.5); }

double PitchTrack::voiced_share() const {
  if (hz.empty()) return 0;
  const auto voiced = std::count_if(hz.begin(), hz.end(), [](float x) { return x > 0; });
  return static_cast<double>(voiced) / static_cast<double>(hz.size());
}

PitchTrack track_pitch(std::span<const float> mono, int sample_rate, const PitchOptions& options) {
  Clip converted;
  if (sample_rate > kWorkRate) {
    converted = resample({{mono.begin(), mono.end()}, sample_rate, 1}, kWorkRate);
    mono = converted.samples;
    sample_rate = kWorkRate;
  }
  PitchTrack track;
  track.hop = kHop;
  // 45 dB below the loudest frame there is no voice worth tracking.
  const float quiet = std::max(1e-5F, peak(mono) * 0.0025F);
  Yin yin(sample_rate, options);
  const auto count = static_cast<int64_t>(static_cast<double>(mono.size()) / sample_rate / kHop);
  std::vector<Frame> frames;
  frames.reserve(count);
  for (int64_t t = 0; t < count; ++t) {
    frames.push_back(yin.analyse(mono, std::llround(t * kHop * sample_rate), quiet));
  }
  const std::vector<int> path = cheapest_path(frames);
  for (int64_t t = 0; t < count; ++t) {
    track.hz.push_back(frames[t].items[path[t]].hz);
    track.aperiodicity.push_back(frames[t].best_aperiodicity);
  }
  return track;
}

}  // namespace myna::audio
