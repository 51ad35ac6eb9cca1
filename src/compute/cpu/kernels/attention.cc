#include "compute/cpu/kernels/attention.h"

#include <algorithm>
#include <cstring>

#include "compute/cpu/kernels/norms.h"
#include "compute/cpu/memory_pool.h"
#include "tensor/host_tensor.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/attention.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/cache_control.h"
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

using Half = hn::Rebind<hwy::float16_t, D>;

HWY_INLINE V load_half(D d, const uint16_t* p) {
  return hn::PromoteTo(d, hn::LoadU(Half(), reinterpret_cast<const hwy::float16_t*>(p)));
}

// Scores of 16 positions: a group of keys lies together, one line per two dimensions. Even and odd
// dimensions are summed apart, so that more sums are in flight.
HWY_INLINE void score_group(const uint16_t* k, const float* q, int64_t dim, float scale,
                            float* scores) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  for (int64_t l = 0; l < 16; l += lanes) {
    V even = hn::Zero(d), odd = hn::Zero(d);
    int64_t c = 0;
    for (; c + 2 <= dim; c += 2) {
      if (l == 0) hwy::Prefetch(k + c * 16 + 2 * 16 * dim);  // two groups ahead
      even = hn::MulAdd(load_half(d, k + c * 16 + l), hn::Set(d, q[c]), even);
      odd = hn::MulAdd(load_half(d, k + c * 16 + 16 + l), hn::Set(d, q[c + 1]), odd);
    }
    if (c < dim) even = hn::MulAdd(load_half(d, k + c * 16 + l), hn::Set(d, q[c]), even);
    hn::StoreU(hn::Mul(hn::Add(even, odd), hn::Set(d, scale)), d, scores + l);
  }
}

HWY_INLINE void weigh_page(const uint16_t* v, const float* weights, int64_t count, int64_t dim,
                           float* out) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  int64_t c = 0;
  for (; c + 2 * lanes <= dim; c += 2 * lanes) {
    V a = hn::LoadU(d, out + c), b = hn::LoadU(d, out + c + lanes);
    V e = hn::Zero(d), f = hn::Zero(d);
    int64_t j = 0;
    for (; j + 2 <= count; j += 2) {
      const uint16_t* p = v + j * dim + c;
      hwy::Prefetch(p + 16 * dim);
      hwy::Prefetch(p + 17 * dim);
      const V w0 = hn::Set(d, weights[j]), w1 = hn::Set(d, weights[j + 1]);
      a = hn::MulAdd(load_half(d, p), w0, a);
      b = hn::MulAdd(load_half(d, p + lanes), w0, b);
      e = hn::MulAdd(load_half(d, p + dim), w1, e);
      f = hn::MulAdd(load_half(d, p + dim + lanes), w1, f);
    }
    if (j < count) {
      a = hn::MulAdd(load_half(d, v + j * dim + c), hn::Set(d, weights[j]), a);
      b = hn::MulAdd(load_half(d, v + j * dim + c + lanes), hn::Set(d, weights[j]), b);
    }
    hn::StoreU(hn::Add(a, e), d, out + c);
    hn::StoreU(hn::Add(b, f), d, out + c + lanes);
  }
  for (; c < dim; ++c)
    for (int64_t j = 0; j < count; ++j)
      out[c] += weights[j] * tensor::half_to_float(v[j * dim + c]);
}

void AttendPages(const float* q, float scale, std::span<const uint16_t* const> pages, int64_t dim,
                 int64_t length, float* out) {
  const int64_t padded = (length + 15) / 16 * 16;
  auto* scores =
      static_cast<float*>(thread_scratch(Scratch::kScores, size_t(padded) * sizeof(float)));
  for (int64_t j = 0; j < padded; j += 16)
    score_group(pages[size_t(j / kPagePositions)] + j % kPagePositions * dim, q, dim, scale,
                scores + j);
  softmax_row(scores, length, scores);
  std::fill(out, out + dim, 0.0f);
  for (int64_t first = 0; first < length; first += kPagePositions)
    weigh_page(pages[size_t(first / kPagePositions)] + kPagePositions * dim, scores + first,
               std::min(kPagePositions, length - first), dim, out);
}

void PageStore(uint16_t* page, int64_t dim, int64_t index, const float* k, const float* v) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  const V most = hn::Set(d, 65504.0f), least = hn::Set(d, -65504.0f);
  HWY_ALIGN uint16_t halves[16];
  uint16_t* keys = page + index / 16 * 16 * dim + index % 16;
  uint16_t* values = page + (kPagePositions + index) * dim;
  const auto half = [&](const float* from) HWY_ATTR {
    const V held = hn::Min(hn::Max(hn::LoadU(d, from), least), most);
    hn::Store(hn::DemoteTo(Half(), held), Half(), reinterpret_cast<hwy::float16_t*>(halves));
  };
  int64_t c = 0;
  for (; c + lanes <= dim; c += lanes) {
    half(k + c);
    for (int64_t n = 0; n < lanes; ++n) keys[(c + n) * 16] = halves[n];
    half(v + c);
    std::memcpy(values + c, halves, size_t(lanes) * sizeof(uint16_t));
  }
  for (; c < dim; ++c) {
    keys[c * 16] = tensor::float_to_half(std::clamp(k[c], -65504.0f, 65504.0f));
    values[c] = tensor::float_to_half(std::clamp(v[c], -65504.0f, 65504.0f));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(AttendHead);
HWY_EXPORT(AttendPages);
HWY_EXPORT(PageStore);

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

void page_store(uint16_t* page, int64_t dim, int64_t index, const float* k, const float* v) {
  HWY_DYNAMIC_DISPATCH(PageStore)(page, dim, index, k, v);
}

void attend_pages(const float* q, float scale, std::span<const uint16_t* const> pages, int64_t dim,
                  int64_t length, float* out) {
  HWY_DYNAMIC_DISPATCH(AttendPages)(q, scale, pages, dim, length, out);
}

}  // namespace myna::compute::cpu
#endif
