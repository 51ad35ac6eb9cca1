// Elementwise operations of CpuBackend.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "compute/broadcast.h"
#include "compute/cpu/backend_impl.h"
#include "compute/cpu/kernels/norms.h"
#include "compute/cpu/kernels/snake.h"

namespace myna::compute::cpu {
namespace {

// Strides of an operand along the axes of the result, both in stored order; 0 where it repeats.
Shape broadcast_strides(const Shape& operand, const Shape& result) {
  Shape strides(result.size(), 0);
  int64_t step = 1;
  for (size_t n = 1; n <= operand.size(); ++n) {
    const int64_t size = operand[operand.size() - n];
    if (size > 1) strides[strides.size() - n] = step;
    step *= size;
  }
  return strides;
}

}  // namespace

Tensor CpuBackend::binary(const char* op, Binary kind, const Tensor& x, const Tensor& y) const {
  CpuTensorPtr a = settled(get(op, x)), b = settled(get(op, y));
  const Shape shape = broadcast_shape(op, a->shape, b->shape);
  // The order of the larger operand stays.
  const CpuTensorPtr& larger = a->count() >= b->count() ? a : b;
  const bool swapped = has_order(larger->shape) && larger->swapped;
  auto out = make(shape, swapped);
  if (out->swapped != swapped) shape_error(op, "unreachable order");
  a = reordered(a, out->swapped);
  b = reordered(b, out->swapped);
  // An operand without an order of its own ([B, C, 1], [B, 1, T]) is stored plainly.
  const auto stored = [&](const CpuTensorPtr& t) {
    Shape s = t->shape;
    if (out->swapped) {
      if (s.size() == 1) s.insert(s.begin(), 1);
      if (s.size() >= 2) std::swap(s[s.size() - 1], s[s.size() - 2]);
    }
    return s;
  };
  Shape result = out->stored_shape();
  Shape sa = broadcast_strides(stored(a), result), sb = broadcast_strides(stored(b), result);
  // Neighbouring axes that both operands walk alike become one.
  for (size_t n = result.size(); n-- > 1;) {
    const bool joined_a = sa[n - 1] == sa[n] * result[n] && (sa[n] || !sa[n - 1]);
    const bool joined_b = sb[n - 1] == sb[n] * result[n] && (sb[n] || !sb[n - 1]);
    const auto drop = [n](Shape& s, size_t at) { s.erase(s.begin() + long(at)); };
    if (result[n] == 1) {
      for (Shape* s : {&result, &sa, &sb}) drop(*s, n);
    } else if (result[n - 1] == 1) {
      for (Shape* s : {&result, &sa, &sb}) drop(*s, n - 1);
    } else if (joined_a && joined_b) {
      result[n - 1] *= result[n];
      sa[n - 1] = sa[n];
      sb[n - 1] = sb[n];
      for (Shape* s : {&result, &sa, &sb}) drop(*s, n);
    }
  }
  const int64_t count = out->count();
  if (result.empty() || (result.size() == 1 && result[0] <= 1)) {
    if (count) binary_run(kind, Repeat::kNone, a->f(), b->f(), out->f(), 1);
    return wrap(out);
  }
  const int64_t inner = result.back(), rows = inner ? count / inner : 0;
  const Repeat repeat = sa.back() == 0   ? Repeat::kLeft
                        : sb.back() == 0 ? Repeat::kRight
                                         : Repeat::kNone;
  if (rows == 1) {
    over_values(inner, [&](int64_t from, int64_t to) {
      binary_run(kind, repeat, a->f() + from * sa.back(), b->f() + from * sb.back(),
                 out->f() + from, to - from);
    });
    return wrap(out);
  }
  over_rows(rows, inner, [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      int64_t rest = row, at_a = 0, at_b = 0;
      for (size_t n = result.size() - 1; n-- > 0;) {
        const int64_t index = rest % result[n];
        rest /= result[n];
        at_a += index * sa[n];
        at_b += index * sb[n];
      }
      binary_run(kind, repeat, a->f() + at_a, b->f() + at_b, out->f() + row * inner, inner);
    }
  });
  return wrap(out);
}

Tensor CpuBackend::affine(const Tensor& x, float scale, float shift) {
  const CpuTensorPtr in = read("affine", x, Order::kAny);
  auto y = make(in->shape, in->swapped);
  over_values(in->count(), [&](int64_t from, int64_t to) {
    affine_run(in->f() + from, scale, shift, y->f() + from, to - from);
  });
  return wrap(y);
}

Tensor CpuBackend::activate(const Tensor& x, Activation activation, float slope) {
  const CpuTensorPtr in = read("activate", x, Order::kAny);
  if (activation == Activation::kNone) return wrap(in);
  if (activation == Activation::kRelu || activation == Activation::kLeakyRelu) {
    // Cheap, and mostly followed by a convolution that can apply it while it reads.
    auto y = std::make_shared<CpuTensor>(*in);
    y->pending = activation;
    y->slope = slope;
    return wrap(y);
  }
  auto y = make(in->shape, in->swapped);
  over_values(in->count(), [&](int64_t from, int64_t to) {
    activate_run(activation, slope, in->f() + from, y->f() + from, to - from);
  });
  return wrap(y);
}

Tensor CpuBackend::clamp(const Tensor& x, float low, float high) {
  const CpuTensorPtr in = read("clamp", x, Order::kAny);
  auto y = make(in->shape, in->swapped);
  over_values(in->count(), [&](int64_t from, int64_t to) {
    clamp_run(in->f() + from, low, high, y->f() + from, to - from);
  });
  return wrap(y);
}

Tensor CpuBackend::gated(const Tensor& x, Gate gate) {
  const CpuTensorPtr in = read("gated", x, Order::kAny);
  if (in->rank() != 3 || in->shape[1] % 2)
    shape_error("gated", tensor::shape_string(in->shape) + " is not [B, 2C, T]");
  const int64_t half = in->shape[1] / 2, frames = in->shape[2];
  auto y = make({in->shape[0], half, frames}, in->swapped);
  // [B, C, T] in either order is rows whose halves lie one after the other; a result of one
  // channel has no order, but its values lie the same way.
  const int64_t rows = in->swapped ? in->shape[0] * frames : in->shape[0];
  const int64_t width = in->swapped ? half : half * frames;
  over_rows(rows, width, [&](int64_t from, int64_t to) {
    for (int64_t r = from; r < to; ++r) {
      const float* a = in->f() + 2 * r * width;
      gate_run(gate, a, a + width, y->f() + r * width, width);
    }
  });
  return wrap(y);
}

Tensor CpuBackend::filtered_snake(const Tensor& x, const Tensor& alpha, const Tensor& beta,
                                  std::span<const float> filter) {
  // A block's upsampled frames stay in the first level cache when there are few channels and in the
  // second when there are many; it is long enough to spend little on the frames around it.
  constexpr int64_t kBlockValues = 4096, kLeastFrames = 64;
  const char* op = "filtered_snake";
  const CpuTensorPtr in = read(op, x, Order::kSwapped);
  if (in->rank() != 3 || int64_t(filter.size()) != kSnakeTaps)
    shape_error(op, tensor::shape_string(in->shape) + " is not [B, C, T], or a filter of " +
                        std::to_string(filter.size()) + " taps");
  const int64_t channels = in->shape[1], frames = in->shape[2];
  if (!alpha || !beta) shape_error(op, "alpha and beta are needed");
  const CpuTensorPtr a = channel_values(op, alpha, channels);
  const CpuTensorPtr b = channel_values(op, beta, channels);
  std::vector<float> frequency(static_cast<size_t>(channels)), gain(frequency.size());
  for (size_t c = 0; c < gain.size(); ++c) {
    frequency[c] = std::exp(a->f()[c]);
    gain[c] = 1.0f / (std::exp(b->f()[c]) + 1e-9f);
  }
  auto y = make(in->shape, true);
  const int64_t rows = std::max(kBlockValues / channels, kLeastFrames);
  const int64_t pieces = (frames + rows - 1) / rows;
  const SnakeLayer layer{channels, frequency.data(), gain.data(), filter.data()};
  threads_.run(in->shape[0] * pieces, [&](int64_t n) {
    const int64_t item = n / pieces * frames * channels, first = n % pieces * rows;
    snake_frames(layer, in->f() + item, frames, first, std::min(rows, frames - first),
                 y->f() + item);
  });
  return wrap(y);
}

Tensor CpuBackend::softmax(const Tensor& x) {
  const CpuTensorPtr in = read("softmax", x, Order::kPlain);
  if (in->rank() < 1) shape_error("softmax", "a scalar has no axis");
  const int64_t width = in->shape.back();
  auto y = make(in->shape);
  over_rows(width ? in->count() / width : 0, width, [&](int64_t from, int64_t to) {
    for (int64_t r = from; r < to; ++r) softmax_row(in->f() + r * width, width, y->f() + r * width);
  });
  return wrap(y);
}

Tensor CpuBackend::mask_frames(const Tensor& x, const Lengths& lengths) {
  const CpuTensorPtr in = read("mask_frames", x, Order::kAny);
  if (lengths.empty()) return wrap(in);
  if (in->rank() != 3 || int64_t(lengths.size()) != in->shape[0])
    shape_error("mask_frames",
                std::to_string(lengths.size()) + " lengths for " + tensor::shape_string(in->shape));
  const int64_t channels = in->shape[1], frames = in->shape[2];
  if (std::all_of(lengths.begin(), lengths.end(), [&](int64_t n) { return n >= frames; }))
    return wrap(in);
  auto y = make(in->shape, in->swapped);
  const int64_t runs = in->swapped ? 1 : channels, unit = in->swapped ? channels : 1;
  for (int64_t b = 0; b < in->shape[0]; ++b) {
    const int64_t valid = std::clamp<int64_t>(lengths[size_t(b)], 0, frames);
    for (int64_t r = 0; r < runs; ++r) {
      const int64_t at = (b * runs + r) * frames * unit;
      std::copy(in->f() + at, in->f() + at + valid * unit, y->f() + at);
      std::fill(y->f() + at + valid * unit, y->f() + at + frames * unit, 0.0f);
    }
  }
  return wrap(y);
}

Tensor CpuBackend::mean_frames(const Tensor& x, const Lengths& lengths) {
  const CpuTensorPtr in = read("mean_frames", x, Order::kAny);
  if (in->rank() != 3 || (!lengths.empty() && int64_t(lengths.size()) != in->shape[0]))
    shape_error("mean_frames",
                std::to_string(lengths.size()) + " lengths for " + tensor::shape_string(in->shape));
  const int64_t channels = in->shape[1], frames = in->shape[2];
  auto y = make({in->shape[0], channels, 1});
  for (int64_t b = 0; b < in->shape[0]; ++b) {
    const int64_t valid =
        lengths.empty() ? frames : std::clamp<int64_t>(lengths[size_t(b)], 0, frames);
    const float* values = in->f() + b * channels * frames;
    std::vector<double> sums(size_t(channels), 0.0);
    if (in->swapped) {
      column_sums(values, valid, channels, channels, sums.data());
    } else {
      for (int64_t c = 0; c < channels; ++c)
        sums[size_t(c)] = std::accumulate(values + c * frames, values + c * frames + valid, 0.0);
    }
    for (int64_t c = 0; c < channels; ++c)
      y->f()[b * channels + c] = valid ? float(sums[size_t(c)] / double(valid)) : 0.0f;
  }
  return wrap(y);
}

}  // namespace myna::compute::cpu
