#include "compute/cpu/tile_attention.h"

#include <algorithm>

#include "base/rounding.h"
#include "compute/cpu/kernels/amx.h"
#include "compute/cpu/kernels/elementwise.h"
#include "compute/cpu/kernels/norms.h"
#include "compute/cpu/kernels/packing.h"
#include "compute/cpu/memory_pool.h"

namespace myna::compute::cpu {
namespace {

/// bf16 values of one part (high or low) of weights [columns][depth].
int64_t part_values(int64_t columns, int64_t depth) {
  return round_up(columns, amx::kColumns) * amx::padded_width(depth);
}

/// Weights [columns][depth]: the high parts of all panels, then the low ones.
void pack(const float* w, int64_t columns, int64_t depth, int64_t column_step, int64_t depth_step,
          uint16_t* tiles) {
  const int64_t panel = amx::kColumns * amx::padded_width(depth);
  uint16_t* low = tiles + part_values(columns, depth);
  for (int64_t c = 0; c < columns; c += amx::kColumns, tiles += panel, low += panel)
    pack_bf16(w + c * column_step, std::min(amx::kColumns, columns - c), depth, column_step,
              depth_step, tiles, low);
}

/// out [rows up to a multiple of 16][columns up to one] = x [rows][depth], `stride` apart, times
/// packed weights.
void multiply(const float* x, int64_t stride, int64_t rows, const uint16_t* tiles, int64_t columns,
              int64_t depth, float* out) {
  const int64_t row = amx::row_stride(depth), padded = round_up(rows, 16);
  const auto scratch = [&](Scratch slot) {
    return static_cast<uint16_t*>(thread_scratch(slot, size_t(padded * row) * sizeof(uint16_t)));
  };
  uint16_t* high = scratch(Scratch::kInput);
  uint16_t* low = scratch(Scratch::kInputLow);
  amx::split_rows(x, stride, rows, depth, 1.0f, high, low, row);
  amx::multiply({.high = high,
                 .low = low,
                 .row_step = row,
                 .depth_tiles = amx::padded_width(depth) / amx::kDepth,
                 .weights = tiles,
                 .weights_low = tiles + part_values(columns, depth),
                 .panels = round_up(columns, amx::kColumns) / amx::kColumns,
                 .rows = rows,
                 .out = out,
                 .out_stride = round_up(columns, amx::kColumns)});
}

}  // namespace

int64_t TileHead::values(int64_t keys, int64_t dim) {
  return 2 * (part_values(keys, dim) + part_values(dim, keys));
}

void TileHead::pack(const float* k, const float* v, int64_t stride) const {
  cpu::pack(k, keys, dim, stride, 1, tiles);
  cpu::pack(v, dim, keys, 1, stride, tiles + 2 * part_values(keys, dim));
}

void TileHead::attend(const float* q, int64_t queries, int64_t stride, float scale,
                      float* out) const {
  const int64_t padded = round_up(queries, 16), width = round_up(keys, amx::kColumns);
  const auto scratch = [](Scratch slot, int64_t count) {
    return static_cast<float*>(thread_scratch(slot, size_t(count) * sizeof(float)));
  };
  float* scores = scratch(Scratch::kScores, padded * width);
  multiply(q, stride, queries, tiles, keys, dim, scores);
  affine_run(scores, scale, 0.0f, scores, queries * width);
  for (int64_t i = 0; i < queries; ++i) softmax_row(scores + i * width, keys, scores + i * width);
  const int64_t columns = round_up(dim, amx::kColumns);
  float* sums = scratch(Scratch::kOutput, padded * columns);
  multiply(scores, width, queries, tiles + 2 * part_values(keys, dim), dim, keys, sums);
  for (int64_t i = 0; i < queries; ++i)
    std::copy(sums + i * columns, sums + i * columns + dim, out + i * stride);
}

int64_t tile_queries(int64_t keys) {
  return std::clamp<int64_t>(65536 / std::max<int64_t>(keys, 1) / 16 * 16, 16, 128);
}

}  // namespace myna::compute::cpu
