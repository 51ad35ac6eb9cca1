// Matrix products and convolutions on Intel's AMX tiles: bf16 factors, f32 sums. Numbers can be
// given as a sum of two bf16 values (high + low part, 16 significant bits together), so that the
// number of tile products, not the format, sets the precision:
//   one term     high * high                        factors rounded to 8 bits
//   three terms  high * high + low * high + high * low   about 2^-16, close to f32
// 8-bit weights are multiplied as integers, with input of 16 bits in two 8-bit parts: as many tile
// products as with one bf16 term, and weights of a quarter of the size of f32.
// Only the functions below know the tile layout. Thread-safe. On other machines only available()
// may be called.
#pragma once

#include <cstdint>

namespace myna::compute::cpu::amx {

/// Whether this machine has AMX-BF16 and AMX-INT8 and the system lets this process use them.
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

struct Product {
  const uint16_t* high;  ///< input rows
  const uint16_t* low;   ///< null: one term
  int64_t row_step;      ///< values from one output row's input to the next one's
  int64_t taps = 1, tap_step = 0;
  int64_t depth_tiles;          ///< tiles per tap
  const uint16_t* weights;      ///< [panel][tap][depth tile][512], see packing.h
  const uint16_t* weights_low;  ///< null where low is
  int64_t panels;
  int64_t rows;
  float* out;  ///< [rows rounded up to 16][out_stride], 16 columns per panel are written
  int64_t out_stride;
};
/// out = sum over taps of input * weights. Input rows up to the next multiple of 16 must be
/// readable memory.
void multiply(const Product& p);

inline constexpr int64_t kInt8Depth = 64;  ///< input values of a tile product of 8-bit integers

/// Bytes between rows of a matrix of `width` columns in 8-bit parts.
constexpr int64_t int8_row_stride(int64_t width) {
  return (width + kInt8Depth - 1) / kInt8Depth * kInt8Depth + kInt8Depth;
}

/// Rounds rows of f32 values, `x_stride` apart, to 16 bits: x = scale * (256 * high + low), a scale
/// per row. Rows of the result are int8_row_stride(width) apart and zero behind `width`.
void quantise_rows(const float* x, int64_t x_stride, int64_t rows, int64_t width, int8_t* high,
                   int8_t* low, float* scales);

struct Int8Product {
  const int8_t* high;  ///< input rows, row_stride apart
  const int8_t* low;
  const float* row_scales;
  int64_t row_stride;
  int64_t depth_tiles;         ///< of 64 values; at most 1024, so that the sums fit into 32 bits
  const int8_t* weights;       ///< [panel][depth tile][16][16 columns][4]
  const float* column_scales;  ///< 16 per panel
  int64_t panels;
  int64_t rows;
  float* out;  ///< [rows][out_stride], 16 columns per panel are written
  int64_t out_stride;
};
/// out = scales * input * weights. Input rows up to the next multiple of 16 must be readable
/// memory.
void multiply(const Int8Product& p);

}  // namespace myna::compute::cpu::amx
