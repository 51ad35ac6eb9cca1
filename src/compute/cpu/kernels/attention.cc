#include "compute/cpu/kernels/attention.h"

#include <algorithm>
#include <cstring>

#include "compute/cpu/kernels/norms.h"
#include "compute/cpu/memory_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/attention.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes: keys are packed in groups of 16.
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;

constexpr float kHidden = -1e30f;
constexpr int kQueries = 4;  // taken together, so that keys and values are read once for four

// scores[n][j] = scale * q_n . k_j
template <int N>
HWY_INLINE void score_rows(const HeadAttention& a, int64_t first, float* scores) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  const V scale = hn::Set(d, a.scale);
  const float* q = a.q + first * a.q_stride;
  for (int64_t j = 0; j < a.key_stride; j += lanes) {
    V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    const float* k = a.k_t + j;
    for (int64_t c = 0; c < a.dim; ++c, k += a.key_stride) {
      const V key = hn::LoadU(d, k);
      s0 = hn::MulAdd(key, hn::Set(d, q[c]), s0);
      if (N > 1) s1 = hn::MulAdd(key, hn::Set(d, q[a.q_stride + c]), s1);
      if (N > 2) s2 = hn::MulAdd(key, hn::Set(d, q[2 * a.q_stride + c]), s2);
      if (N > 3) s3 = hn::MulAdd(key, hn::Set(d, q[3 * a.q_stride + c]), s3);
    }
    hn::StoreU(hn::Mul(s0, scale), d, scores + j);
    if (N > 1) hn::StoreU(hn::Mul(s1, scale), d, scores + a.key_stride + j);
    if (N > 2) hn::StoreU(hn::Mul(s2, scale), d, scores + 2 * a.key_stride + j);
    if (N > 3) hn::StoreU(hn::Mul(s3, scale), d, scores + 3 * a.key_stride + j);
  }
}

// out_n = sum over j of weights[n][j] * v_j
template <int N>
HWY_INLINE void weigh_values(const HeadAttention& a, int64_t first, const float* weights) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  float* out = a.out + first * a.out_stride;
  const float* w0 = weights;
  const float* w1 = weights + a.key_stride;
  const float* w2 = weights + 2 * a.key_stride;
  const float* w3 = weights + 3 * a.key_stride;
  int64_t c = 0;
  for (; c + lanes <= a.dim; c += lanes) {
    V s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
    const float* v = a.v + c;
    for (int64_t j = 0; j < a.keys; ++j, v += a.v_stride) {
      const V value = hn::LoadU(d, v);
      s0 = hn::MulAdd(value, hn::Set(d, w0[j]), s0);
      if (N > 1) s1 = hn::MulAdd(value, hn::Set(d, w1[j]), s1);
      if (N > 2) s2 = hn::MulAdd(value, hn::Set(d, w2[j]), s2);
      if (N > 3) s3 = hn::MulAdd(value, hn::Set(d, w3[j]), s3);
    }
    hn::StoreU(s0, d, out + c);
    if (N > 1) hn::StoreU(s1, d, out + a.out_stride + c);
    if (N > 2) hn::StoreU(s2, d, out + 2 * a.out_stride + c);
    if (N > 3) hn::StoreU(s3, d, out + 3 * a.out_stride + c);
  }
  for (; c < a.dim; ++c)
    for (int n = 0; n < N; ++n) {
      float sum = 0;
      for (int64_t j = 0; j < a.keys; ++j)
        sum += weights[n * a.key_stride + j] * a.v[j * a.v_stride + c];
      out[n * a.out_stride + c] = sum;
    }
}

float dot(const float* a, const float* b, int64_t n) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  V s = hn::Zero(d);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) s = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s);
  float sum = hn::GetLane(hn::SumOfLanes(d, s));
  for (; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

HWY_INLINE void add_relative_keys(const HeadAttention& a, int64_t i, float* scores) {
  const int64_t from = std::max<int64_t>(0, i - a.window);
  const int64_t to = std::min(a.keys, i + a.window + 1);
  for (int64_t j = from; j < to; ++j)
    scores[j] +=
        a.scale * dot(a.q + i * a.q_stride, a.relative_keys + (j - i + a.window) * a.dim, a.dim);
}

HWY_INLINE void add_relative_values(const HeadAttention& a, int64_t i, const float* weights) {
  const int64_t from = std::max<int64_t>(0, i - a.window);
  const int64_t to = std::min(a.keys, i + a.window + 1);
  float* out = a.out + i * a.out_stride;
  for (int64_t j = from; j < to; ++j) {
    const float* e = a.relative_values + (j - i + a.window) * a.dim;
    for (int64_t c = 0; c < a.dim; ++c) out[c] += weights[j] * e[c];
  }
}

// Hidden keys end up with weight zero without being looked at in the softmax.
void normalise(const HeadAttention& a, int64_t i, float* scores) {
  const Visibility& s = a.visible;
  const int64_t head = std::min(s.prefix_keys, s.keys);
  int64_t tail_begin = std::max(s.prefix, head), tail_end = s.keys;
  if (s.causal) tail_end = std::min(tail_end, i + 1);
  tail_end = std::max(tail_end, tail_begin);
  if (head == 0 && tail_begin == tail_end) {
    std::fill(scores, scores + a.keys, 1.0f / float(a.keys));
    return;
  }
  if (head == 0 || tail_begin == head || tail_begin == tail_end) {  // one run of keys
    const int64_t begin = head == 0 ? tail_begin : 0;
    const int64_t end = tail_begin == tail_end ? head : tail_end;
    softmax_row(scores + begin, end - begin, scores + begin);
    std::fill(scores, scores + begin, 0.0f);
    std::fill(scores + end, scores + a.keys, 0.0f);
    return;
  }
  std::fill(scores + head, scores + tail_begin, kHidden);
  softmax_row(scores, tail_end, scores);
  std::fill(scores + tail_end, scores + a.keys, 0.0f);
}

template <int N>
void attend_some(const HeadAttention& a, int64_t first, float* scores) {
  score_rows<N>(a, first, scores);
  for (int n = 0; n < N; ++n) {
    float* row = scores + n * a.key_stride;
    if (a.relative_keys) add_relative_keys(a, first + n, row);
    normalise(a, first + n, row);
  }
  weigh_values<N>(a, first, scores);
  if (!a.relative_values) return;
  for (int n = 0; n < N; ++n) add_relative_values(a, first + n, scores + n * a.key_stride);
}

void AttendHead(const HeadAttention& a, int64_t begin, int64_t end) {
  auto* scores = static_cast<float*>(
      thread_scratch(Scratch::kScores, size_t(kQueries * a.key_stride) * sizeof(float)));
  int64_t i = begin;
  for (; i + kQueries <= end; i += kQueries) attend_some<kQueries>(a, i, scores);
  for (; i < end; ++i) attend_some<1>(a, i, scores);
}

void AttendPages(const float* q, float scale, std::span<const float* const> pages, int64_t dim,
                 int64_t length, float* out) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  const int64_t padded = (length + 15) / 16 * 16;
  auto* scores =
      static_cast<float*>(thread_scratch(Scratch::kScores, size_t(padded) * sizeof(float)));
  const V factor = hn::Set(d, scale);
  for (int64_t j = 0; j < padded; j += 16) {
    const float* k = pages[size_t(j / kPagePositions)] + (j % kPagePositions) * dim;
    for (int64_t l = 0; l < 16; l += lanes) {
      V s = hn::Zero(d);
      for (int64_t c = 0; c < dim; ++c)
        s = hn::MulAdd(hn::LoadU(d, k + c * 16 + l), hn::Set(d, q[c]), s);
      hn::StoreU(hn::Mul(s, factor), d, scores + j + l);
    }
  }
  softmax_row(scores, length, scores);
  std::fill(out, out + dim, 0.0f);
  for (int64_t first = 0; first < length; first += kPagePositions) {
    const float* v = pages[size_t(first / kPagePositions)] + kPagePositions * dim;
    const int64_t count = std::min(kPagePositions, length - first);
    const float* w = scores + first;
    int64_t c = 0;
    for (; c + lanes <= dim; c += lanes) {
      V s = hn::LoadU(d, out + c);
      for (int64_t j = 0; j < count; ++j)
        s = hn::MulAdd(hn::LoadU(d, v + j * dim + c), hn::Set(d, w[j]), s);
      hn::StoreU(s, d, out + c);
    }
    for (; c < dim; ++c)
      for (int64_t j = 0; j < count; ++j) out[c] += w[j] * v[j * dim + c];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(AttendHead);
HWY_EXPORT(AttendPages);

void pack_keys(const float* k, int64_t k_stride, int64_t keys, int64_t dim, int64_t key_stride,
               float* k_t) {
  for (int64_t j0 = 0; j0 < keys; j0 += 16) {
    const int64_t j1 = std::min(keys, j0 + 16);
    for (int64_t c = 0; c < dim; ++c)
      for (int64_t j = j0; j < j1; ++j) k_t[c * key_stride + j] = k[j * k_stride + c];
  }
  for (int64_t c = 0; c < dim; ++c)
    std::fill(k_t + c * key_stride + keys, k_t + (c + 1) * key_stride, 0.0f);
}

void attend_head(const HeadAttention& a, int64_t begin, int64_t end) {
  HWY_DYNAMIC_DISPATCH(AttendHead)(a, begin, end);
}

void page_store(float* page, int64_t dim, int64_t index, const float* k, const float* v) {
  float* keys = page + index / 16 * 16 * dim + index % 16;
  for (int64_t c = 0; c < dim; ++c) keys[c * 16] = k[c];
  std::memcpy(page + (kPagePositions + index) * dim, v, size_t(dim) * sizeof(float));
}

void attend_pages(const float* q, float scale, std::span<const float* const> pages, int64_t dim,
                  int64_t length, float* out) {
  HWY_DYNAMIC_DISPATCH(AttendPages)(q, scale, pages, dim, length, out);
}

}  // namespace myna::compute::cpu
#endif
