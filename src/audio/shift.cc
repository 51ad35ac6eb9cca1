#include "audio/shift.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "audio/pitch.h"
#include "audio/resample.h"
#include "base/error.h"
#include "base/random.h"

namespace myna::audio {
namespace {

constexpr double kUnvoicedPeriod = 0.006;  // seconds between marks where there is no voice

/// Position of the largest value of sign * x in [from, to), or `from` when the range is empty.
int64_t extreme_at(std::span<const float> x, int64_t from, int64_t to, float sign) {
  from = std::clamp<int64_t>(from, 0, std::ssize(x));
  to = std::clamp<int64_t>(to, from, std::ssize(x));
  int64_t best = from;
  for (int64_t i = from; i < to; ++i) {
    if (sign * x[i] > sign * x[best]) best = i;
  }
  return best;
}

/// Which side the pulses of a voice point to: the side with the larger peaks.
float polarity(std::span<const float> x) {
  double up = 0, down = 0;
  constexpr int64_t kBlock = 400;
  for (int64_t i = 0; i + kBlock <= std::ssize(x); i += kBlock) {
    const auto [low, high] = std::minmax_element(x.begin() + i, x.begin() + i + kBlock);
    up += *high, down -= *low;
  }
  return up >= down ? 1.0F : -1.0F;
}

/// Adds the Hann-windowed grain of `half` samples on both sides of `centre` at `to`.
void lay_grain(std::span<const float> x, int64_t centre, int64_t half, int64_t to,
               std::vector<float>& out, std::vector<float>& weight) {
  // The window by a rotating phasor: cos is the only costly part of a grain.
  const double step = std::numbers::pi / static_cast<double>(half);
  double c = -1, s = 0;
  const double dc = std::cos(step), ds = std::sin(step);
  for (int64_t k = -half; k < half; ++k) {
    const auto window = static_cast<float>(0.5 + 0.5 * c);
    const double next = c * dc - s * ds;
    s = s * dc + c * ds;
    c = next;
    const int64_t from = centre + k, at = to + k;
    if (from < 0 || from >= std::ssize(x) || at < 0 || at >= std::ssize(out)) continue;
    out[at] += window * x[from];
    weight[at] += window;
  }
}

/// PSOLA: pitch times `pitch`, `frames` samples long.
std::vector<float> overlap_add(std::span<const float> x, int sample_rate, double pitch,
                               int64_t frames) {
  const PitchMarks marks = find_pitch_marks(x, sample_rate);
  std::vector<float> out(frames), weight(frames);
  const double stretch = static_cast<double>(frames) / static_cast<double>(x.size());
  Rng rng(0x5018);
  size_t mark = 0, last = marks.at.size();
  double at = 0;
  while (at < static_cast<double>(frames)) {
    const double source = at / stretch;
    while (mark + 1 < marks.at.size() &&
           std::abs(static_cast<double>(marks.at[mark + 1]) - source) <=
               std::abs(static_cast<double>(marks.at[mark]) - source)) {
      ++mark;
    }
    const bool voiced = marks.voiced[mark] != 0;
    const auto half = std::max<int64_t>(2, std::llround(marks.period[mark]));
    int64_t centre = marks.at[mark];
    // A noise grain that is used again would hum: it is taken from somewhere near instead.
    if (!voiced && mark == last) centre += static_cast<int64_t>(rng.below(half)) - half / 2;
    lay_grain(x, centre, half, std::llround(at), out, weight);
    last = mark;
    at += voiced ? marks.period[mark] / pitch : static_cast<double>(half);
  }
  // Dense grains (raised pitch) add up to more than one; gaps between sparse ones stay gaps.
  for (int64_t i = 0; i < frames; ++i) out[i] /= std::max(weight[i], 1.0F);
  return out;
}

void check_ratio(double ratio, const char* name) {
  if (!(ratio >= 0.5 && ratio <= 2.0)) {
    throw Error(ErrorCode::kUsage, "must lie between 0.5 and 2, got " + std::to_string(ratio),
                name);
  }
}

}  // namespace

PitchMarks find_pitch_marks(std::span<const float> x, int sample_rate) {
  const PitchTrack track = track_pitch(x, sample_rate);
  const auto idle = static_cast<int64_t>(kUnvoicedPeriod * sample_rate);
  const auto hz_at = [&](int64_t sample) {
    if (track.hz.empty()) return 0.0F;
    const auto frame =
        static_cast<int64_t>(static_cast<double>(sample) / sample_rate / track.hop + 0.5);
    return track.hz[std::clamp<int64_t>(frame, 0, std::ssize(track.hz) - 1)];
  };
  const float sign = polarity(x);
  PitchMarks marks;
  bool in_voice = false;
  int64_t at = 0;
  while (at < std::ssize(x)) {
    const float hz = hz_at(at);
    if (hz <= 0) {
      marks.at.push_back(at);
      marks.period.push_back(static_cast<float>(idle));
      marks.voiced.push_back(0);
      in_voice = false;
      at += idle;
      continue;
    }
    const float exact = static_cast<float>(sample_rate) / hz;
    const auto period = static_cast<int64_t>(exact + 0.5F);
    // The first pulse of a voiced stretch is looked for in a whole period, the next ones near where
    // the period says.
    int64_t pulse = in_voice ? extreme_at(x, at - period / 5, at + period / 5 + 1, sign)
                             : extreme_at(x, at, at + period, sign);
    if (!marks.at.empty()) pulse = std::max(pulse, marks.at.back() + period / 2);
    if (pulse >= std::ssize(x)) break;
    marks.at.push_back(pulse);
    marks.period.push_back(exact);
    marks.voiced.push_back(1);
    in_voice = true;
    at = pulse + period;
  }
  if (marks.at.empty()) {
    marks.at.push_back(0);
    marks.period.push_back(static_cast<float>(idle));
    marks.voiced.push_back(0);
  }
  return marks;
}

Clip perturb(const Clip& mono, double pitch_ratio, double formant_ratio, double speed_ratio) {
  check_ratio(pitch_ratio, "pitch_ratio");
  check_ratio(formant_ratio, "formant_ratio");
  check_ratio(speed_ratio, "speed_ratio");
  if (mono.channels != 1) throw Error(ErrorCode::kInternal, "perturb wants a mono clip");
  const int64_t frames = std::llround(static_cast<double>(mono.frames()) / speed_ratio);
  if (mono.samples.empty()) return mono;
  Clip moved = mono;
  if (formant_ratio != 1.0) {
    // Played formant_ratio times as fast: the samples are read as if their rate were higher.
    moved.sample_rate = static_cast<int>(std::lround(mono.sample_rate * formant_ratio));
    moved = resample(moved, mono.sample_rate);
  }
  if (pitch_ratio == formant_ratio && std::abs(moved.frames() - frames) <= 2) {
    moved.samples.resize(frames);
    return moved;
  }
  return {overlap_add(moved.samples, mono.sample_rate, pitch_ratio / formant_ratio, frames),
          mono.sample_rate, 1};
}

}  // namespace myna::audio
