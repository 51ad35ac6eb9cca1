// Softmax attention on AMX tiles, for queries that all see the same keys: scores and weighted sums
// are products of two bf16 parts each, three tile products per product, within about 2^-16 of f32
// (kernels/amx.h). Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

/// Keys and values of one head in the order of tiles. The memory belongs to the caller.
struct TileHead {
  int64_t keys, dim;
  uint16_t* tiles;  ///< values(keys, dim) of them, aligned to 64 bytes

  /// bf16 values that a head takes.
  static int64_t values(int64_t keys, int64_t dim);
  /// Fills the tiles: key j at k + j * stride, value j at v + j * stride.
  void pack(const float* k, const float* v, int64_t stride) const;
  /// Query i at q + i * stride, its result at out + i * stride.
  void attend(const float* q, int64_t queries, int64_t stride, float scale, float* out) const;
};

/// Queries that one call of attend should get, so that their scores stay in the second-level cache.
int64_t tile_queries(int64_t keys);

}  // namespace myna::compute::cpu
