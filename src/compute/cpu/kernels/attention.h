// Softmax attention of one head over contiguous float rows. Thread-safe.
#pragma once

#include <cstdint>
#include <span>

namespace myna::compute::cpu {

/// Which keys a query sees: j < prefix_keys always; prefix <= j < keys where causal asks j <= i.
/// A query that sees nothing weighs every key alike.
struct Visibility {
  bool causal = false;
  int64_t prefix = 0;       ///< causal order starts here; earlier queries see the prefix only
  int64_t prefix_keys = 0;  ///< valid keys of the prefix
  int64_t keys = 0;         ///< valid keys in all
};

struct HeadAttention {
  const float* q;  ///< query i at q + i * q_stride
  int64_t q_stride;
  const float* k_t;  ///< [dim][key_stride], made by pack_keys
  const float* v;    ///< key j at v + j * v_stride
  int64_t v_stride;
  float* out;  ///< query i at out + i * out_stride
  int64_t out_stride;
  int64_t dim, keys;
  int64_t key_stride;  ///< multiple of 16, at least keys
  float scale;
  Visibility visible;
  const float* relative_keys;    ///< [2 * window + 1][dim] or null
  const float* relative_values;  ///< as relative_keys
  int64_t window;
};

/// k_t[d][j] = k[j * k_stride + d]; zeros from `keys` to `key_stride`.
void pack_keys(const float* k, int64_t k_stride, int64_t keys, int64_t dim, int64_t key_stride,
               float* k_t);
/// Queries [begin, end) of one head.
void attend_head(const HeadAttention& a, int64_t begin, int64_t end);

/// Positions of one page of a decoder's cache.
inline constexpr int64_t kPagePositions = 64;
/// A page holds half floats (11 bits; larger values than 65504 are held at that), for each head
/// keys [64 / 16][dim][16], then values [64][dim]: so many per head.
constexpr int64_t page_head_values(int64_t dim) { return 2 * kPagePositions * dim; }
/// Writes position `index` (within the page) of one head.
void page_store(uint16_t* page, int64_t dim, int64_t index, const float* k, const float* v);
/// One query against `length` cached positions; pages[p] is the head's part of page p.
void attend_pages(const float* q, float scale, std::span<const uint16_t* const> pages, int64_t dim,
                  int64_t length, float* out);

}  // namespace myna::compute::cpu
