#include "models/ctc_path.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace myna::models {
namespace {
constexpr float kImpossible = -std::numeric_limits<float>::infinity();
}

std::vector<int32_t> ctc_greedy(std::span<const float> scores, int64_t classes, int32_t blank) {
  std::vector<int32_t> out;
  int32_t before = blank;
  for (size_t at = 0; at + size_t(classes) <= scores.size(); at += size_t(classes)) {
    const auto row = scores.subspan(at, size_t(classes));
    const auto now = int32_t(std::max_element(row.begin(), row.end()) - row.begin());
    if (now != before && now != blank) out.push_back(now);
    before = now;
  }
  return out;
}

int64_t ctc_frames_needed(std::span<const int32_t> target) {
  int64_t needed = int64_t(target.size());
  for (size_t i = 1; i < target.size(); ++i) needed += target[i] == target[i - 1];
  return needed;
}

std::optional<CtcPath> ctc_align(const float* log_probs, int64_t frames, int64_t classes,
                                 std::span<const int32_t> target, int32_t blank) {
  if (frames == 0 || ctc_frames_needed(target) > frames) return std::nullopt;
  const int64_t states = 2 * int64_t(target.size()) + 1;
  const auto symbol = [&](int64_t s) { return s % 2 ? target[size_t(s / 2)] : blank; };
  std::vector<float> before(static_cast<size_t>(states), kImpossible), now = before;
  std::vector<uint8_t> steps(size_t(frames * states));  // states advanced on entering a frame
  before[0] = log_probs[blank];
  if (states > 1) before[1] = log_probs[symbol(1)];
  for (int64_t t = 1; t < frames; ++t) {
    const float* probs = log_probs + t * classes;
    for (int64_t s = 0; s < states; ++s) {
      const bool may_skip = s % 2 == 1 && s >= 2 && symbol(s) != symbol(s - 2);
      float best = before[size_t(s)];
      uint8_t step = 0;
      if (s >= 1 && before[size_t(s - 1)] > best) best = before[size_t(s - 1)], step = 1;
      if (may_skip && before[size_t(s - 2)] > best) best = before[size_t(s - 2)], step = 2;
      now[size_t(s)] = best + probs[symbol(s)];
      steps[size_t(t * states + s)] = step;
    }
    std::swap(before, now);
  }
  int64_t state = states - 1;
  if (states > 1 && before[size_t(states - 2)] > before[size_t(states - 1)]) state = states - 2;
  if (before[size_t(state)] == kImpossible) return std::nullopt;
  CtcPath path;
  path.log_prob = before[size_t(state)];
  path.symbols.resize(size_t(frames));
  for (int64_t t = frames - 1; t >= 0; --t) {
    path.symbols[size_t(t)] = state % 2 ? int32_t(state / 2) : -1;
    state -= steps[size_t(t * states + state)];
  }
  return path;
}

void log_softmax_rows(std::span<float> logits, int64_t classes) {
  for (size_t at = 0; at + size_t(classes) <= logits.size(); at += size_t(classes)) {
    const auto row = logits.subspan(at, size_t(classes));
    const float most = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const float value : row) sum += std::exp(double(value - most));
    const auto log_sum = float(std::log(sum));
    for (float& value : row) value = (value - most) - log_sum;
  }
}

}  // namespace myna::models
