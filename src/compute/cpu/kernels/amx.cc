#include "compute/cpu/kernels/amx.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__linux__)

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own AVX-512 headers trip over this warning (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace myna::compute::cpu::amx {
namespace {

#define MYNA_AMX \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16,amx-tile,amx-bf16,amx-int8")))

bool detect() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  constexpr unsigned kAmx = (1u << 22) | (1u << 24) | (1u << 25);     // BF16, TILE, INT8
  constexpr unsigned kAvx512 = (1u << 16) | (1u << 30) | (1u << 31);  // F, BW, VL
  if ((d & kAmx) != kAmx || (b & kAvx512) != kAvx512) return false;
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & (1u << 5))) return false;   // AVX512_BF16
  if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c & (1u << 27))) return false;  // OSXSAVE
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned kStates = 0xe6 | (3u << 17);  // SSE, AVX, AVX-512, tiles
  if ((low & kStates) != kStates) return false;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

struct alignas(64) TileConfig {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// In static memory: GCC's _tile_loadconfig tells the compiler of its first eight bytes only, and
// the rest of a local variable would not be written.
constexpr TileConfig kTiles;

constexpr int64_t kTileBytes = 1024;

// Weights are read once per block and rarely found in the first-level cache: they are asked for two
// steps ahead.
MYNA_AMX inline void fetch(const void* tile) {
  for (int64_t line = 0; line < kTileBytes; line += 64)
    _mm_prefetch(static_cast<const char*>(tile) + line, _MM_HINT_T0);
}

// Sums of M x N tiles: 16 M rows, 16 N columns. Tiles 0-3 sum, 4-5 hold input, 6-7 weights.
template <int M, int N, bool Precise>
MYNA_AMX inline void block(const Product& p, int64_t row, int64_t panel) {
  _tile_zero(0);
  if (N > 1) _tile_zero(1);
  if (M > 1) _tile_zero(2);
  if (M > 1 && N > 1) _tile_zero(3);
  const int64_t steps = p.taps * p.depth_tiles;
  const uint16_t* w0 = p.weights + panel * steps * kTile;
  const uint16_t* w1 = w0 + steps * kTile;
  const int64_t low_weights = Precise ? p.weights_low - p.weights : 0;
  const int64_t low_input = Precise ? p.low - p.high : 0;
  const int64_t stride = p.row_step * int64_t(sizeof(uint16_t));
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    const uint16_t* a0 = p.high + row * p.row_step + tap * p.tap_step;
    const uint16_t* a1 = a0 + 16 * p.row_step;
    for (int64_t t = 0; t < p.depth_tiles; ++t) {
      _tile_loadd(6, w0, 64);
      if (N > 1) _tile_loadd(7, w1, 64);
      if (Precise) {
        _tile_loadd(4, a0 + low_input, stride);
        if (M > 1) _tile_loadd(5, a1 + low_input, stride);
        _tile_dpbf16ps(0, 4, 6);
        if (N > 1) _tile_dpbf16ps(1, 4, 7);
        if (M > 1) _tile_dpbf16ps(2, 5, 6);
        if (M > 1 && N > 1) _tile_dpbf16ps(3, 5, 7);
      }
      _tile_loadd(4, a0, stride);
      if (M > 1) _tile_loadd(5, a1, stride);
      _tile_dpbf16ps(0, 4, 6);
      if (N > 1) _tile_dpbf16ps(1, 4, 7);
      fetch(w0 + 2 * kTile);
      if (N > 1) fetch(w1 + 2 * kTile);
      if (M > 1) _tile_dpbf16ps(2, 5, 6);
      if (M > 1 && N > 1) _tile_dpbf16ps(3, 5, 7);
      if (Precise) {
        fetch(w0 + low_weights + 2 * kTile);
        if (N > 1) fetch(w1 + low_weights + 2 * kTile);
        _tile_loadd(6, w0 + low_weights, 64);
        if (N > 1) _tile_loadd(7, w1 + low_weights, 64);
        _tile_dpbf16ps(0, 4, 6);
        if (N > 1) _tile_dpbf16ps(1, 4, 7);
        if (M > 1) _tile_dpbf16ps(2, 5, 6);
        if (M > 1 && N > 1) _tile_dpbf16ps(3, 5, 7);
      }
      a0 += kDepth;
      a1 += kDepth;
      w0 += kTile;
      w1 += kTile;
    }
  }
  float* out = p.out + row * p.out_stride + panel * kColumns;
  const int64_t out_bytes = p.out_stride * int64_t(sizeof(float));
  _tile_stored(0, out, out_bytes);
  if (N > 1) _tile_stored(1, out + kColumns, out_bytes);
  if (M > 1) _tile_stored(2, out + 16 * p.out_stride, out_bytes);
  if (M > 1 && N > 1) _tile_stored(3, out + 16 * p.out_stride + kColumns, out_bytes);
}

template <bool Precise>
MYNA_AMX void multiply_bf16(const Product& p) {
  _tile_loadconfig(&kTiles);
  int64_t panel = 0;
  for (; panel + 2 <= p.panels; panel += 2) {
    int64_t row = 0;
    for (; row + 16 < p.rows; row += 32) block<2, 2, Precise>(p, row, panel);
    if (row < p.rows) block<1, 2, Precise>(p, row, panel);
  }
  if (panel < p.panels) {
    int64_t row = 0;
    for (; row + 16 < p.rows; row += 32) block<2, 1, Precise>(p, row, panel);
    if (row < p.rows) block<1, 1, Precise>(p, row, panel);
  }
  _tile_release();
}

MYNA_AMX inline __m256i narrow(__m512 v) { return (__m256i)_mm512_cvtneps_pbh(v); }
MYNA_AMX inline __m512 widen(__m256i v) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(v), 16));
}

template <bool Low>
MYNA_AMX void split(const float* x, int64_t x_stride, int64_t rows, int64_t width, float slope,
                    uint16_t* high, uint16_t* low, int64_t stride) {
  const int64_t padded = stride == width ? width : padded_width(width);
  const __m512 factor = _mm512_set1_ps(slope), zero = _mm512_setzero_ps();
  for (int64_t r = 0; r < rows; ++r, x += x_stride, high += stride) {
    for (int64_t c = 0; c < padded; c += 16) {
      const int64_t left = std::clamp<int64_t>(width - c, 0, 16);
      __m512 v = _mm512_maskz_loadu_ps(__mmask16((1u << left) - 1), x + c);
      v = _mm512_mask_mul_ps(v, _mm512_cmp_ps_mask(v, zero, _CMP_LT_OS), v, factor);
      const __m256i h = narrow(v);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + c), h);
      if (Low)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(low + c),
                            narrow(_mm512_sub_ps(v, widen(h))));
    }
    if (Low) low += stride;
  }
}

// Sums of 16 rows and N panels: tiles 0-1 of the high parts, 2-3 of the low ones.
template <int N>
MYNA_AMX inline void int8_block(const Int8Product& p, int64_t row, int64_t panel) {
  _tile_zero(0);
  _tile_zero(2);
  if (N > 1) _tile_zero(1);
  if (N > 1) _tile_zero(3);
  const int8_t* high = p.high + row * p.row_stride;
  const int8_t* low = p.low + row * p.row_stride;
  const int8_t* w0 = p.weights + panel * p.depth_tiles * kTileBytes;
  const int8_t* w1 = w0 + p.depth_tiles * kTileBytes;
  for (int64_t t = 0; t < p.depth_tiles; ++t) {
    _tile_loadd(6, w0, 64);
    if (N > 1) _tile_loadd(7, w1, 64);
    _tile_loadd(4, high, p.row_stride);
    _tile_loadd(5, low, p.row_stride);
    _tile_dpbssd(0, 4, 6);
    if (N > 1) _tile_dpbssd(1, 4, 7);
    fetch(w0 + 4 * kTileBytes);
    if (N > 1) fetch(w1 + 4 * kTileBytes);
    _tile_dpbssd(2, 5, 6);
    if (N > 1) _tile_dpbssd(3, 5, 7);
    high += kInt8Depth;
    low += kInt8Depth;
    w0 += kTileBytes;
    w1 += kTileBytes;
  }
  alignas(64) int32_t sums[2][16][2 * kColumns];  // high, low
  constexpr int64_t kStride = 2 * kColumns * sizeof(int32_t);
  _tile_stored(0, sums[0], kStride);
  _tile_stored(2, sums[1], kStride);
  if (N > 1) _tile_stored(1, &sums[0][0][kColumns], kStride);
  if (N > 1) _tile_stored(3, &sums[1][0][kColumns], kStride);
  __asm__ volatile("" ::: "memory");  // the compiler does not know that these are written
  const __m512 shift = _mm512_set1_ps(256.0f);
  for (int64_t r = 0; r < std::min<int64_t>(16, p.rows - row); ++r) {
    const __m512 scale = _mm512_set1_ps(p.row_scales[row + r]);
    float* out = p.out + (row + r) * p.out_stride + panel * kColumns;
    for (int n = 0; n < N; ++n) {
      const __m512 of_high = _mm512_cvtepi32_ps(_mm512_load_si512(&sums[0][r][n * kColumns]));
      const __m512 of_low = _mm512_cvtepi32_ps(_mm512_load_si512(&sums[1][r][n * kColumns]));
      const __m512 columns = _mm512_loadu_ps(p.column_scales + (panel + n) * kColumns);
      const __m512 sum = _mm512_fmadd_ps(of_high, shift, of_low);
      _mm512_storeu_ps(out + n * kColumns, _mm512_mul_ps(_mm512_mul_ps(sum, scale), columns));
    }
  }
}

MYNA_AMX void multiply_int8(const Int8Product& p) {
  _tile_loadconfig(&kTiles);
  int64_t panel = 0;
  for (; panel + 2 <= p.panels; panel += 2)
    for (int64_t row = 0; row < p.rows; row += 16) int8_block<2>(p, row, panel);
  if (panel < p.panels)
    for (int64_t row = 0; row < p.rows; row += 16) int8_block<1>(p, row, panel);
  _tile_release();
}

MYNA_AMX void quantise_row(const float* x, int64_t width, int8_t* high, int8_t* low, float* scale) {
  const auto load = [&](int64_t c) MYNA_AMX {
    const int64_t left = std::min<int64_t>(width - c, 16);
    return _mm512_maskz_loadu_ps(__mmask16((1u << left) - 1), x + c);
  };
  __m512 top = _mm512_setzero_ps();
  for (int64_t c = 0; c < width; c += 16) top = _mm512_max_ps(top, _mm512_abs_ps(load(c)));
  constexpr float kMost = 127 * 256;
  const float most = _mm512_reduce_max_ps(top);
  *scale = most / kMost;
  const __m512 factor = _mm512_set1_ps(most > 0 ? kMost / most : 0.0f);
  const __m512i half = _mm512_set1_epi32(128);
  int64_t c = 0;
  for (; c < width; c += 16) {
    const __m512i v = _mm512_cvtps_epi32(_mm512_mul_ps(load(c), factor));
    const __m512i h = _mm512_srai_epi32(_mm512_add_epi32(v, half), 8);
    const __m512i l = _mm512_sub_epi32(v, _mm512_slli_epi32(h, 8));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(high + c), _mm512_cvtepi32_epi8(h));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(low + c), _mm512_cvtepi32_epi8(l));
  }
  const int64_t stride = int8_row_stride(width);
  std::fill(high + c, high + stride, int8_t(0));
  std::fill(low + c, low + stride, int8_t(0));
}

}  // namespace

bool available() {
  static const bool found = detect();
  return found;
}

void split_rows(const float* x, int64_t x_stride, int64_t rows, int64_t width, float slope,
                uint16_t* high, uint16_t* low, int64_t stride) {
  if (stride == width && x_stride == width) {  // one long row
    width = stride = width * rows;
    rows = 1;
  }
  if (low)
    split<true>(x, x_stride, rows, width, slope, high, low, stride);
  else
    split<false>(x, x_stride, rows, width, slope, high, low, stride);
}

void multiply(const Product& p) {
  if (p.rows < 1) return;
  // Tile loads do not tell the compiler that they read memory.
  __asm__ volatile("" ::: "memory");
  if (p.low)
    multiply_bf16<true>(p);
  else
    multiply_bf16<false>(p);
}

void quantise_rows(const float* x, int64_t x_stride, int64_t rows, int64_t width, int8_t* high,
                   int8_t* low, float* scales) {
  const int64_t stride = int8_row_stride(width);
  for (int64_t r = 0; r < rows; ++r)
    quantise_row(x + r * x_stride, width, high + r * stride, low + r * stride, scales + r);
}

void multiply(const Int8Product& p) {
  __asm__ volatile("" ::: "memory");  // as above
  if (p.rows > 0) multiply_int8(p);
}

}  // namespace myna::compute::cpu::amx

#else

#include "compute/cpu/cpu_tensor.h"

namespace myna::compute::cpu::amx {

bool available() { return false; }

void split_rows(const float*, int64_t, int64_t, int64_t, float, uint16_t*, uint16_t*, int64_t) {
  shape_error("amx", "this machine has no AMX");
}
void multiply(const Product&) { shape_error("amx", "this machine has no AMX"); }
void quantise_rows(const float*, int64_t, int64_t, int64_t, int8_t*, int8_t*, float*) {
  shape_error("amx", "this machine has no AMX");
}
void multiply(const Int8Product&) { shape_error("amx", "this machine has no AMX"); }

}  // namespace myna::compute::cpu::amx

#endif
