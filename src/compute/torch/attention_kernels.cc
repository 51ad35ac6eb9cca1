#include "compute/torch/attention_kernels.h"

#include "compute/torch/kernel_math.h"

namespace myna::compute::kernels {
namespace {

/// Calls f(offset, key) for the offsets of the band whose key exists.
template <typename F>
MYNA_INLINE void for_band(const AttentionRow& row, F f) {
  for (int64_t o = 0; o <= 2 * row.window; ++o) {
    const int64_t key = row.query + o - row.window;
    if (key >= 0 && key < row.keys) f(o, key);
  }
}

MYNA_INLINE float scale_and_limit(float* x, int64_t begin, int64_t end, float scale, float top) {
  constexpr int64_t kLanes = 16;
  for (int64_t i = begin; i < end; ++i) x[i] *= scale;
  float lanes[kLanes];
  for (int64_t j = 0; j < kLanes; ++j) lanes[j] = top;
  int64_t i = begin;
  for (; i + kLanes <= end; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lanes[j] = lanes[j] < x[i + j] ? x[i + j] : lanes[j];
  }
  for (; i < end; ++i) top = top < x[i] ? x[i] : top;
  for (int64_t j = 0; j < kLanes; ++j) top = top < lanes[j] ? lanes[j] : top;
  return top;
}

MYNA_INLINE float exp_and_sum(float* x, int64_t begin, int64_t end, float top) {
  for (int64_t i = begin; i < end; ++i) x[i] = fast_exp(x[i] - top);
  return sum_of(std::max<int64_t>(0, end - begin), [&](int64_t i) { return x[begin + i]; });
}

template <typename Stored>
MYNA_INLINE void softmax_body(const AttentionRow& row, float* __restrict scores,
                              const float* __restrict terms, Stored* __restrict probabilities,
                              Stored* __restrict band) {
  if (terms) for_band(row, [&](int64_t o, int64_t key) { scores[key] += terms[o]; });
  const Visible& see = row.visible;
  const bool blind = see.first <= 0 && see.end <= see.second;
  if (blind) {
    for (int64_t i = 0; i < row.keys; ++i) store(probabilities + i, 1.0f / float(row.keys));
  } else {
    const float start = scale_and_limit(scores, 0, see.first, row.scale, -3e38f);
    const float top = scale_and_limit(scores, see.second, see.end, row.scale, start);
    const float sum =
        exp_and_sum(scores, 0, see.first, top) + exp_and_sum(scores, see.second, see.end, top);
    const float share = 1.0f / sum;
    const int64_t resume = std::max(see.first, std::min(see.second, row.keys));
    const int64_t stop = std::max(resume, see.end);
    for (int64_t i = 0; i < see.first; ++i) store(probabilities + i, scores[i] * share);
    for (int64_t i = see.first; i < resume; ++i) store(probabilities + i, 0.0f);
    for (int64_t i = resume; i < stop; ++i) store(probabilities + i, scores[i] * share);
    for (int64_t i = stop; i < row.keys; ++i) store(probabilities + i, 0.0f);
  }
  if (!band) return;
  for (int64_t o = 0; o <= 2 * row.window; ++o) store(band + o, 0.0f);
  for_band(row, [&](int64_t o, int64_t key) { band[o] = probabilities[key]; });
}

template <typename Stored>
MYNA_INLINE void gradient_body(const AttentionRow& row, const Stored* __restrict probabilities,
                               float* __restrict gradient, const float* __restrict band_gradient,
                               Stored* __restrict score_gradient,
                               Stored* __restrict term_gradient) {
  if (band_gradient) {
    for_band(row, [&](int64_t o, int64_t key) { gradient[key] += band_gradient[o]; });
  }
  const bool blind = row.visible.first <= 0 && row.visible.end <= row.visible.second;
  if (blind) {
    for (int64_t i = 0; i < row.keys; ++i) store(score_gradient + i, 0.0f);
  } else {
    const float mean =
        sum_of(row.keys, [&](int64_t i) { return load(probabilities + i) * gradient[i]; });
    for (int64_t i = 0; i < row.keys; ++i) {
      store(score_gradient + i, load(probabilities + i) * (gradient[i] - mean) * row.scale);
    }
  }
  if (!term_gradient) return;
  for (int64_t o = 0; o <= 2 * row.window; ++o) store(term_gradient + o, 0.0f);
  for_band(row, [&](int64_t o, int64_t key) { term_gradient[o] = score_gradient[key]; });
}

}  // namespace

MYNA_CLONES void softmax_row(const AttentionRow& row, float* scores, const float* terms,
                             float* probabilities, float* band) {
  softmax_body(row, scores, terms, probabilities, band);
}

MYNA_CLONES void softmax_row(const AttentionRow& row, float* scores, const float* terms,
                             uint16_t* probabilities, uint16_t* band) {
  softmax_body(row, scores, terms, probabilities, band);
}

MYNA_CLONES void softmax_row_dx(const AttentionRow& row, const float* probabilities,
                                float* gradient, const float* band_gradient, float* score_gradient,
                                float* term_gradient) {
  gradient_body(row, probabilities, gradient, band_gradient, score_gradient, term_gradient);
}

MYNA_CLONES void softmax_row_dx(const AttentionRow& row, const uint16_t* probabilities,
                                float* gradient, const float* band_gradient,
                                uint16_t* score_gradient, uint16_t* term_gradient) {
  gradient_body(row, probabilities, gradient, band_gradient, score_gradient, term_gradient);
}

}  // namespace myna::compute::kernels
