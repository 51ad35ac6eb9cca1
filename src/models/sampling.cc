#include "models/sampling.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr float kBlocked = -std::numeric_limits<float>::infinity();
constexpr float kLeastTemperature = 1e-5f;

size_t argmax(std::span<const float> values) {
  return size_t(std::max_element(values.begin(), values.end()) - values.begin());
}

/// Blocks the tail of the sorted distribution beyond cumulative probability top_p; the most
/// probable token always stays.
void filter_top_p(std::vector<float>& logits, float top_p) {
  std::vector<size_t> order(logits.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&logits](size_t a, size_t b) { return logits[a] > logits[b]; });
  const float highest = logits[order[0]];
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double(logit - highest));
  double cumulative = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    cumulative += std::exp(double(logits[order[rank]] - highest)) / sum;
    if (rank > 0 && cumulative > double(top_p)) logits[order[rank]] = kBlocked;
  }
}

/// Blocks everything below the k-th highest logit; ties with it survive.
void filter_top_k(std::vector<float>& logits, size_t k) {
  if (k >= logits.size()) return;
  std::vector<float> sorted = logits;
  std::nth_element(sorted.begin(), sorted.begin() + ptrdiff_t(k - 1), sorted.end(),
                   std::greater<>());
  const float pivot = sorted[k - 1];
  for (float& logit : logits) {
    if (logit < pivot) logit = kBlocked;
  }
}

[[noreturn]] void out_of_range(const char* field, const char* range) {
  throw Error(ErrorCode::kUsage, std::string("must be ") + range, field);
}

}  // namespace

void SamplingOptions::check() const {
  if (top_k < 0) out_of_range("top_k", "0 (off) or a positive whole number");
  if (!(top_p > 0.0f && top_p <= 1.0f)) out_of_range("top_p", "above 0 and at most 1");
  if (!(temperature >= 0.0f && temperature <= 10.0f)) out_of_range("temperature", "from 0 to 10");
  if (!(repetition_penalty > 0.0f && repetition_penalty <= 10.0f)) {
    out_of_range("repetition_penalty", "above 0 and at most 10");
  }
  if (repetition_window < 0) out_of_range("repetition_window", "0 (all) or a positive number");
  if (min_tokens < 0) out_of_range("min_tokens", "0 or a positive number");
  if (max_tokens < 1 || max_tokens < min_tokens) {
    out_of_range("max_tokens", "at least 1 and at least min_tokens");
  }
}

void penalise_repetition(std::span<float> logits, std::span<const int64_t> previous,
                         float penalty) {
  if (penalty == 1.0f || previous.empty()) return;
  std::vector<bool> seen(logits.size(), false);
  for (const int64_t token : previous) {
    const auto index = size_t(token);
    if (token < 0 || index >= logits.size() || seen[index]) continue;
    seen[index] = true;
    logits[index] = logits[index] < 0 ? logits[index] * penalty : logits[index] / penalty;
  }
}

std::vector<float> filtered_probabilities(std::span<const float> logits,
                                          const SamplingOptions& options) {
  std::vector<float> values(logits.begin(), logits.end());
  if (values.empty()) throw Error(ErrorCode::kInternal, "no logits to choose from");
  if (options.top_p < 1.0f) filter_top_p(values, options.top_p);
  const float temperature = std::max(options.temperature, kLeastTemperature);
  for (float& value : values) value /= temperature;
  if (options.top_k > 0) filter_top_k(values, size_t(options.top_k));

  const float highest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (float& value : values) {
    value = value == kBlocked ? 0.0f : std::exp(value - highest);
    sum += double(value);
  }
  for (float& value : values) value = float(double(value) / sum);
  return values;
}

int64_t race(std::span<const float> probabilities, std::span<const float> races) {
  size_t best = 0;
  float best_speed = -1.0f;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const float speed = probabilities[i] / races[i];
    if (speed > best_speed) best = i, best_speed = speed;
  }
  return int64_t(best);
}

Choice choose_token(std::span<float> logits, std::span<const int64_t> previous, int step,
                    int64_t end_token, const SamplingOptions& options, Rng& rng) {
  const auto end = size_t(end_token);
  if (step < options.min_tokens) logits[end] = kBlocked;
  if (options.repetition_window > 0 && previous.size() > size_t(options.repetition_window)) {
    previous = previous.last(size_t(options.repetition_window));
  }
  penalise_repetition(logits, previous, options.repetition_penalty);
  if (options.end_on_argmax && argmax(logits) == end) return {end_token, true};
  if (options.top_k == 1) {
    const auto best = int64_t(argmax(logits));
    return {best, best == end_token};
  }
  const std::vector<float> probabilities = filtered_probabilities(logits, options);
  std::vector<float> races(probabilities.size(), 1.0f);
  for (size_t i = 0; i < races.size(); ++i) {
    if (probabilities[i] > 0.0f) races[i] = rng.exponential();
  }
  const int64_t token = race(probabilities, races);
  return {token, token == end_token};
}

}  // namespace myna::models
