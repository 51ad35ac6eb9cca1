// Matrix products and convolutions on Intel's AMX tiles: bf16 factors, f32 sums. Numbers can be
// given as a sum of two bf16 values (high + low part, 16 significant bits together), so that the
// number of tile products, not the format, sets the precision:
//   one term     high * high                        factors rounded to 8 bits
//   two terms    (high + low) * high                exact bf16 (or integer) weights, precise input
//   three terms  high * high + low * high + high * low   about 2^-16, close to f32
// Only the functions below know the tile layout. Thread-safe. On other machines only available()
// may be called.
#pragma once

#include <cstdint>

namespace myna::compute::cpu::amx {

/// Whether this machine has AMX-BF16 and the system lets this process use it.
bool available();

inline constexpr int64_t kDepth = 32;    ///< input values of a tile product
inline constexpr int64_t kColumns = 16;  ///< output columns of a panel
inline constexpr int64_t kTile = kDepth * kColumns;

/// `width` columns padded to whole tiles.
constexpr int64_t padded_width(int64_t width) { return (width + kDepth - 1) / kDepth * kDepth; }
/// Values between rows of a split matrix of `width` columns. Long rows are a cache line longer than
/// they need, so that the 16 rows of a tile do not compete for the same places of the first-level
/// cache.
constexpr int64_t row_stride(int64_t width) {
  return padded_width(width) + (width >= 512 ? kDepth : 0);
}

/// Splits rows of f32 values, `x_stride` apart, into bf16 rows `stride` apart, `stride` being
/// row_stride(width), or width for rows without anything between them. The former are filled with
/// zeros up to a multiple of 32 columns; behind the last of the latter up to 15 values are written.
/// `low` may be null. A value below zero is multiplied by `slope` first (1: nothing happens).
void split_rows(const float* x, int64_t x_stride, int64_t rows, int64_t width, float slope,
                uint16_t* high, uint16_t* low, int64_t stride);

/// Packs weights of [columns][depth], element (c, d) at w[c * column_step + d * depth_step], as
/// tiles of one panel (up to 16 columns) over one tap; depth is padded to 32 with zeros.
void pack_tiles(const float* w, int64_t columns, int64_t depth, int64_t column_step,
                int64_t depth_step, uint16_t* high, uint16_t* low);

struct Product {
  const uint16_t* high;  ///< input rows
  const uint16_t* low;   ///< null: one term
  int64_t row_step;      ///< values from one output row's input to the next one's
  int64_t taps = 1, tap_step = 0;
  int64_t depth_tiles;          ///< tiles per tap
  const uint16_t* weights;      ///< [panel][tap][depth tile][512]
  const uint16_t* weights_low;  ///< null: at most two terms
  int64_t panels;
  int64_t rows;
  float* out;  ///< [rows rounded up to 16][out_stride], 16 columns per panel are written
  int64_t out_stride;
};
/// out = sum over taps of input * weights. Input rows up to the next multiple of 16 must be
/// readable memory.
void multiply(const Product& p);

}  // namespace myna::compute::cpu::amx
