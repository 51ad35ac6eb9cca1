#include "compute/cpu/kernels/snake.h"

#include <algorithm>
#include <cstring>

#include "compute/backend.h"
#include "compute/cpu/memory_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/snake.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/highway.h"

// How the frames hang together. Upsampled frames 2m and 2m + 1, called even[m] and odd[m], read
// x[m - 3] to x[m + 3]; output frame t reads odd[t - 3] to odd[t + 2] and even[t - 2] to
// even[t + 3]. Rows follow each other without gaps, so both filters run along flat arrays, whatever
// the number of channels, and a tap is a shift by whole rows.

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;  // tensors are readable 64 bytes beyond their end
using V = hn::Vec<D>;

constexpr int64_t kHalf = kSnakeTaps / 2;  // taps per phase

// v + gain * sin(frequency * v)^2. The square has period pi: the argument is reduced by the nearest
// multiple of pi in three parts, the first two of which multiply exactly, and the sine is an odd
// minimax polynomial on [-pi / 2, pi / 2].
HWY_INLINE V snake(D d, V v, V frequency, V gain) {
  const V a = hn::Mul(v, frequency);
  const V turns = hn::Round(hn::Mul(a, hn::Set(d, 0.318309886f)));
  V r = hn::NegMulAdd(turns, hn::Set(d, 3.140625f), a);
  r = hn::NegMulAdd(turns, hn::Set(d, 9.67502593994140625e-4f), r);
  r = hn::NegMulAdd(turns, hn::Set(d, 1.509957990978376e-7f), r);
  const V z = hn::Mul(r, r);
  V p = hn::Set(d, 2.63476272e-06f);
  p = hn::MulAdd(p, z, hn::Set(d, -0.000198234266f));
  p = hn::MulAdd(p, z, hn::Set(d, 0.0083332574f));
  p = hn::MulAdd(p, z, hn::Set(d, -0.166666657f));
  const V sine = hn::MulAdd(hn::Mul(p, z), r, r);
  return hn::MulAdd(hn::Mul(sine, sine), gain, v);
}

// A copy, so that the compiler knows that no store changes it.
struct Taps {
  Taps(const float* filter, float scale) {
    for (int64_t k = 0; k < kSnakeTaps; ++k) value[k] = scale * filter[k];
  }
  HWY_INLINE V operator()(int64_t k) const { return hn::Set(D(), value[k]); }
  float value[kSnakeTaps];
};

// `values` upsampled and activated values of each phase; `x` begins three rows before them.
// frequency and gain repeat with period `width` and are readable one vector beyond it.
HWY_INLINE void upsample(D d, const Taps& f, const float* x, int64_t width, int64_t values,
                         const float* frequency, const float* gain, float* even, float* odd) {
  const int64_t lanes = int64_t(hn::Lanes(d)), step = lanes % width;
  int64_t phase = 0;
  for (int64_t n = 0; n < values; n += lanes) {
    const float* in = x + n;
    const V x0 = hn::LoadU(d, in), x1 = hn::LoadU(d, in + width), x2 = hn::LoadU(d, in + 2 * width);
    const V x3 = hn::LoadU(d, in + 3 * width), x4 = hn::LoadU(d, in + 4 * width);
    const V x5 = hn::LoadU(d, in + 5 * width), x6 = hn::LoadU(d, in + 6 * width);
    V e = hn::Mul(f(11), x0);
    V o = hn::Mul(f(10), x1);
    e = hn::MulAdd(f(9), x1, e);
    o = hn::MulAdd(f(8), x2, o);
    e = hn::MulAdd(f(7), x2, e);
    o = hn::MulAdd(f(6), x3, o);
    e = hn::MulAdd(f(5), x3, e);
    o = hn::MulAdd(f(4), x4, o);
    e = hn::MulAdd(f(3), x4, e);
    o = hn::MulAdd(f(2), x5, o);
    e = hn::MulAdd(f(1), x5, e);
    o = hn::MulAdd(f(0), x6, o);
    const V w = hn::LoadU(d, frequency + phase), g = hn::LoadU(d, gain + phase);
    hn::StoreU(snake(d, e, w, g), d, even + n);
    hn::StoreU(snake(d, o, w, g), d, odd + n);
    phase += step;
    if (phase >= width) phase -= width;
  }
}

// One vector of output values; even and odd begin three rows before them.
HWY_INLINE V downsampled(D d, const Taps& f, const float* even, const float* odd, int64_t width) {
  V s = hn::Mul(f(0), hn::LoadU(d, odd));
  V t = hn::Mul(f(1), hn::LoadU(d, even + width));
  for (int64_t j = 1; j < kHalf; ++j) {
    s = hn::MulAdd(f(2 * j), hn::LoadU(d, odd + j * width), s);
    t = hn::MulAdd(f(2 * j + 1), hn::LoadU(d, even + (j + 1) * width), t);
  }
  return hn::Add(s, t);
}

HWY_INLINE void downsample(D d, const Taps& f, const float* even, const float* odd, int64_t width,
                           int64_t values, float* y) {
  const int64_t lanes = int64_t(hn::Lanes(d));
  int64_t n = 0;
  for (; n + lanes <= values; n += lanes)
    hn::StoreU(downsampled(d, f, even + n, odd + n, width), d, y + n);
  if (n == values) return;
  HWY_ALIGN float rest[hn::MaxLanes(D())];
  hn::Store(downsampled(d, f, even + n, odd + n, width), d, rest);
  std::memcpy(y + n, rest, size_t(values - n) * sizeof(float));
}

// Frames [first, first + rows) of x, each end's frame repeated outside: x itself where that is what
// lies there, else gathered.
HWY_INLINE const float* input_rows(const float* x, int64_t width, int64_t frames, int64_t first,
                                   int64_t rows, float* gathered) {
  if (first >= 0 && first + rows <= frames) return x + first * width;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t frame = std::clamp<int64_t>(first + r, 0, frames - 1);
    std::memcpy(gathered + r * width, x + frame * width, size_t(width) * sizeof(float));
  }
  return gathered;
}

void SnakeFrames(const SnakeLayer& w, const float* x, int64_t frames, int64_t first, int64_t count,
                 float* y) {
  const D d;
  const int64_t width = w.channels, lanes = int64_t(hn::Lanes(d));
  const int64_t from = first - kHalf / 2, rows = count + kHalf;  // of even and odd
  const int64_t up_values = rows * width + lanes, in_values = (rows + kHalf) * width + lanes;
  auto* const even = static_cast<float*>(thread_scratch(
      Scratch::kInput, size_t(2 * up_values + in_values + 2 * (width + lanes)) * sizeof(float)));
  float* const odd = even + up_values;
  float* const gathered = odd + up_values;
  float* const frequency = gathered + in_values;
  float* const gain = frequency + width + lanes;
  for (int64_t i = 0; i < width + lanes; ++i) {
    frequency[i] = w.frequency[i % width];
    gain[i] = w.gain[i % width];
  }

  const float* in = input_rows(x, width, frames, from - kHalf / 2, rows + kHalf, gathered);
  // Zeros between the samples of the upsampled signal halve its level: hence twice the filter.
  upsample(d, Taps(w.filter, 2.0f), in, width, rows * width, frequency, gain, even, odd);

  // Outside, the activated signal too repeats its ends.
  const auto repeat = [&](int64_t row, const float* source) {
    for (float* phase : {even, odd})
      std::memcpy(phase + row * width, source, size_t(width) * sizeof(float));
  };
  for (int64_t r = 0; r < -from; ++r) repeat(r, even - from * width);
  for (int64_t r = frames - from; r < rows; ++r) repeat(r, odd + (frames - 1 - from) * width);

  downsample(d, Taps(w.filter, 1.0f), even, odd, width, count * width, y + first * width);
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(SnakeFrames);

void snake_frames(const SnakeLayer& layer, const float* x, int64_t frames, int64_t first,
                  int64_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(SnakeFrames)(layer, x, frames, first, count, y);
}

}  // namespace myna::compute::cpu
#endif
