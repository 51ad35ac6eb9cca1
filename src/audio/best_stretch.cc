#include <algorithm>
#include <cmath>
#include <cstdio>

#include "audio/loudness.h"
#include "audio/vad.h"
#include "base/error.h"

namespace myna::audio {
namespace {

/// Sums over prefixes of the recording, so that every candidate is judged in constant time.
class Sums {
 public:
  Sums(std::span<const float> mono, int rate, const Activity& activity)
      : hop_(std::max<int64_t>(1, static_cast<int64_t>(activity.hop * rate))) {
    const size_t frames = activity.speech.size();
    speech_.resize(frames + 1);
    power_.resize(frames + 1);
    level_.resize(frames + 1);
    square_.resize(frames + 1);
    for (size_t t = 0; t < frames; ++t) {
      // Level statistics over the louder frames of speech only; pauses say nothing about them.
      const bool loud = activity.speech[t] != 0 && activity.level_db[t] > activity.speech_db - 15;
      const double db = loud ? activity.level_db[t] : 0;
      speech_[t + 1] = speech_[t] + activity.speech[t];
      power_[t + 1] = power_[t] + (loud ? 1 : 0);
      level_[t + 1] = level_[t] + db;
      square_[t + 1] = square_[t] + db * db;
    }
    clipped_.resize(frames + 2);
    for (int64_t i = 0; i < std::ssize(mono); ++i) {
      const auto frame = std::min<int64_t>(i / hop_, static_cast<int64_t>(frames));
      clipped_[frame + 1] += std::abs(mono[i]) >= 0.999F;
    }
    for (size_t t = 1; t < clipped_.size(); ++t) clipped_[t] += clipped_[t - 1];
  }

  struct Values {
    double speech_share, level_db, level_spread, clipped_share;
  };

  Values of(Span span) const {
    const int64_t last = std::ssize(speech_) - 1;
    const int64_t a = std::min(span.begin / hop_, last), b = std::min(span.end / hop_, last);
    const double frames = std::max<double>(1, static_cast<double>(b - a));
    const double loud = std::max(1.0, power_[b] - power_[a]);
    const double mean = (level_[b] - level_[a]) / loud;
    const double variance = (square_[b] - square_[a]) / loud - mean * mean;
    return {(speech_[b] - speech_[a]) / frames, mean, std::sqrt(std::max(0.0, variance)),
            (clipped_[b] - clipped_[a]) / static_cast<double>(std::max<int64_t>(1, span.size()))};
  }

 private:
  int64_t hop_;
  std::vector<double> speech_, power_, level_, square_, clipped_;
};

std::string text(const char* format, double value) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

/// Higher is better; every term is a share of a fault, so that the weights can be compared.
double score(const Sums::Values& v, double seconds, double snr_db, double max_seconds) {
  const double wanted = std::min(8.0, max_seconds);
  const double length = std::min(1.0, seconds / wanted);
  const double speech = std::min(1.0, v.speech_share / 0.85);
  const double steady = std::clamp(1.0 - (v.level_spread - 3.0) / 9.0, 0.0, 1.0);
  const double clean = std::clamp(snr_db / 30.0, 0.0, 1.0);
  const double unclipped = std::clamp(1.0 - v.clipped_share * 200.0, 0.0, 1.0);
  return 1.0 * length + 1.5 * speech + 0.7 * steady + 1.0 * clean + 2.0 * unclipped;
}

/// Noise in the pauses near the span, for its own signal-to-noise ratio.
double local_noise_db(const Activity& activity, Span span, int rate) {
  const auto hop = std::max<int64_t>(1, static_cast<int64_t>(activity.hop * rate));
  const int64_t reach = 100;
  std::vector<float> quiet;
  const int64_t from = std::max<int64_t>(0, span.begin / hop - reach);
  const int64_t to = std::min<int64_t>(std::ssize(activity.speech), span.end / hop + reach);
  for (int64_t t = from; t < to; ++t) {
    if (activity.speech[t] == 0) quiet.push_back(activity.level_db[t]);
  }
  if (quiet.size() < 10) return activity.noise_db;
  std::nth_element(quiet.begin(), quiet.begin() + quiet.size() / 2, quiet.end());
  return quiet[quiet.size() / 2];
}

/// Spans that begin and end in pauses; within speech that never pauses, a grid of half seconds.
std::vector<Span> candidates(const Activity& activity, int64_t total, int rate, int64_t shortest,
                             int64_t longest) {
  const auto margin = static_cast<int64_t>(0.1 * rate);
  std::vector<Span> out;
  const auto& segments = activity.segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    const int64_t earliest = i == 0 ? 0 : (segments[i - 1].end + segments[i].begin) / 2;
    const int64_t begin = std::max(earliest, segments[i].begin - margin);
    for (size_t j = i; j < segments.size() && segments[j].end - begin <= longest; ++j) {
      const int64_t latest =
          j + 1 == segments.size() ? total : (segments[j].end + segments[j + 1].begin) / 2;
      const int64_t end = std::min({latest, segments[j].end + margin, begin + longest});
      if (end - begin >= shortest) out.push_back({begin, end});
    }
  }
  if (!out.empty()) return out;
  const int64_t last_begin = std::max(segments.front().begin, segments.back().end - longest);
  for (int64_t begin = segments.front().begin; begin <= last_begin; begin += rate / 2) {
    out.push_back({begin, std::min(begin + longest, segments.back().end)});
  }
  return out;
}

}  // namespace

Stretch best_stretch(std::span<const float> mono, int rate, double min_seconds,
                     double max_seconds) {
  const Activity activity = detect_speech(mono, rate);
  if (activity.segments.empty()) {
    throw Error(ErrorCode::kInvalidAudio,
                "no speech was found in the recording; record a voice close to the microphone");
  }
  const auto shortest = static_cast<int64_t>(min_seconds * rate);
  const auto longest = static_cast<int64_t>(max_seconds * rate);
  const auto margin = static_cast<int64_t>(0.1 * rate);
  const Span spoken{std::max<int64_t>(0, activity.segments.front().begin - margin),
                    std::min(std::ssize(mono), activity.segments.back().end + margin)};
  Stretch best;
  if (spoken.size() < shortest) {
    best.span = spoken;
    best.reasons.push_back(
        text("the whole speech, only %.1f s", static_cast<double>(spoken.size()) / rate) +
        text(" of it; %.0f s or more would tell more about the voice", min_seconds));
    return best;
  }
  const Sums sums(mono, rate, activity);
  best.score = -1;
  double best_snr = 0;
  for (const Span& span : candidates(activity, std::ssize(mono), rate, shortest, longest)) {
    const Sums::Values values = sums.of(span);
    const double snr = values.level_db - local_noise_db(activity, span, rate);
    const double points = score(values, static_cast<double>(span.size()) / rate, snr, max_seconds);
    if (points <= best.score + 1e-9) continue;  // the first of equals
    best = {span, points, {}};
    best_snr = snr;
  }
  const Sums::Values values = sums.of(best.span);
  best.reasons = {
      text("%.1f s", static_cast<double>(best.span.size()) / rate) +
          text(" from %.1f s", static_cast<double>(best.span.begin) / rate),
      text("speech in %.0f %% of it", 100 * values.speech_share),
      text("%.0f dB above the noise", best_snr),
      values.clipped_share > 0
          ? text("%.2f %% of the samples are clipped", 100 * values.clipped_share)
          : std::string("no clipping"),
  };
  return best;
}

}  // namespace myna::audio
