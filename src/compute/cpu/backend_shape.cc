// Operations of CpuBackend that move values without computing.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compute/cpu/backend_impl.h"

namespace myna::compute::cpu {
namespace {

int axis_of(const char* op, const Shape& shape, int axis) {
  const int rank = int(shape.size());
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank)
    shape_error(op, "axis " + std::to_string(axis) + " of " + tensor::shape_string(shape));
  return axis;
}

int64_t product(const Shape& shape, size_t from, size_t to) {
  int64_t n = 1;
  for (size_t i = from; i < to; ++i) n *= shape[i];
  return n;
}

// Where a logical axis lies in the stored order.
int stored_axis(const CpuTensor& x, int axis) {
  const int rank = x.rank();
  if (!x.swapped || axis < rank - 2) return axis;
  return axis == rank - 1 ? rank - 2 : rank - 1;
}

size_t value_size(const CpuTensor& x) {
  return x.element == Element::kFloat ? sizeof(float) : sizeof(int64_t);
}

// [outer, size, inner] around a logical axis, in stored order.
struct Axis {
  Axis(const CpuTensor& x, int axis) {
    const Shape stored = x.stored_shape();
    const size_t at = size_t(stored_axis(x, axis));
    outer = product(stored, 0, at);
    size = stored[at];
    inner = product(stored, at + 1, stored.size());
  }
  int64_t outer, size, inner;
};

}  // namespace

Tensor CpuBackend::reshape(const Tensor& x, const Shape& wanted) {
  if (!x) shape_error("reshape", "an operand is absent");
  const CpuTensorPtr in = reordered(settled(get("reshape", x, x.element())), false);
  Shape shape = wanted;
  int64_t known = 1, unknown = -1;
  for (size_t n = 0; n < shape.size(); ++n) {
    if (shape[n] >= 0) {
      known *= shape[n];
    } else if (unknown >= 0 || shape[n] != -1) {
      shape_error("reshape", "impossible shape " + tensor::shape_string(wanted));
    } else {
      unknown = int64_t(n);
    }
  }
  if (unknown >= 0) shape[size_t(unknown)] = known ? in->count() / known : 0;
  if (tensor::element_count(shape) != in->count())
    shape_error("reshape", tensor::shape_string(in->shape) + " as " + tensor::shape_string(wanted));
  auto y = std::make_shared<CpuTensor>(*in);
  y->shape = shape;
  return wrap(y);
}

Tensor CpuBackend::transpose(const Tensor& x, int axis_a, int axis_b) {
  if (!x) shape_error("transpose", "an operand is absent");
  CpuTensorPtr in = get("transpose", x, x.element());
  int a = axis_of("transpose", in->shape, axis_a), b = axis_of("transpose", in->shape, axis_b);
  if (a > b) std::swap(a, b);
  const int rank = in->rank();
  if (a == b) return x;
  Shape shape = in->shape;
  std::swap(shape[size_t(a)], shape[size_t(b)]);
  if (a == rank - 2 && b == rank - 1) {
    auto y = std::make_shared<CpuTensor>(*in);
    y->shape = shape;
    y->swapped = has_order(shape) && !in->swapped;
    return wrap(y);
  }
  in = reordered(settled(in), false);
  auto y = make(shape, false, in->element);
  // [o, A, m, B, i] -> [o, B, m, A, i]
  const Shape& s = in->shape;
  const int64_t outer = product(s, 0, size_t(a)), size_a = s[size_t(a)];
  const int64_t middle = product(s, size_t(a) + 1, size_t(b)), size_b = s[size_t(b)];
  const int64_t inner = product(s, size_t(b) + 1, s.size());
  const size_t run = size_t(inner) * value_size(*in);
  const auto* from = static_cast<const char*>(in->values);
  auto* to = static_cast<char*>(y->values);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t jb = 0; jb < size_b; ++jb)
      for (int64_t m = 0; m < middle; ++m)
        for (int64_t ja = 0; ja < size_a; ++ja, to += run)
          std::memcpy(to, from + size_t(((o * size_a + ja) * middle + m) * size_b + jb) * run, run);
  return wrap(y);
}

Tensor CpuBackend::concat(const std::vector<Tensor>& parts, int axis) {
  if (parts.empty() || !parts[0]) shape_error("concat", "no parts");
  const Element element = parts[0].element();
  std::vector<CpuTensorPtr> in;
  bool swapped = false;
  int64_t most = -1;
  for (const Tensor& part : parts) {
    in.push_back(settled(get("concat", part, element)));
    if (has_order(in.back()->shape) && in.back()->count() > most) {
      most = in.back()->count();
      swapped = in.back()->swapped;
    }
  }
  Shape shape = in[0]->shape;
  const int at = axis_of("concat", shape, axis);
  shape[size_t(at)] = 0;
  for (const CpuTensorPtr& part : in) {
    if (part->rank() != int(shape.size())) shape_error("concat", "parts of different ranks");
    for (int n = 0; n < part->rank(); ++n)
      if (n != at && part->shape[size_t(n)] != shape[size_t(n)])
        shape_error("concat", tensor::shape_string(part->shape) + " beside " +
                                  tensor::shape_string(in[0]->shape));
    shape[size_t(at)] += part->shape[size_t(at)];
  }
  auto y = make(shape, swapped, element);
  const Axis whole(*y, at);
  const size_t unit = size_t(whole.inner) * value_size(*y);
  size_t offset = 0;
  for (const CpuTensorPtr& part : in) {
    const CpuTensorPtr p = reordered(part, y->swapped);
    const size_t run = size_t(p->shape[size_t(at)]) * unit;
    for (int64_t o = 0; o < whole.outer; ++o)
      std::memcpy(static_cast<char*>(y->values) + size_t(o) * size_t(whole.size) * unit + offset,
                  static_cast<const char*>(p->values) + size_t(o) * run, run);
    offset += run;
  }
  return wrap(y);
}

Tensor CpuBackend::slice(const Tensor& x, int axis, int64_t begin, int64_t end) {
  if (!x) shape_error("slice", "an operand is absent");
  const CpuTensorPtr in = get("slice", x, x.element());
  const int at = axis_of("slice", in->shape, axis);
  const int64_t size = in->shape[size_t(at)];
  if (begin < 0 || begin > end || end > size)
    shape_error("slice", "[" + std::to_string(begin) + ", " + std::to_string(end) + ") of axis " +
                             std::to_string(at) + " of " + tensor::shape_string(in->shape));
  if (begin == 0 && end == size) return x;
  Shape shape = in->shape;
  shape[size_t(at)] = end - begin;
  const Axis a(*in, at);
  const size_t unit = size_t(a.inner) * value_size(*in);
  if (a.outer == 1) {  // a window into the same storage
    auto y = std::make_shared<CpuTensor>(*in);
    y->shape = shape;
    y->swapped = in->swapped && has_order(shape);
    y->values = static_cast<char*>(in->values) + size_t(begin) * unit;
    return wrap(y);
  }
  auto y = make(shape, in->swapped, in->element);
  y->pending = in->pending;
  y->slope = in->slope;
  const size_t run = size_t(end - begin) * unit;
  for (int64_t o = 0; o < a.outer; ++o)
    std::memcpy(static_cast<char*>(y->values) + size_t(o) * run,
                static_cast<const char*>(in->values) + size_t(o * size + begin) * unit, run);
  return wrap(y);
}

Tensor CpuBackend::flip(const Tensor& x, int axis) {
  if (!x) shape_error("flip", "an operand is absent");
  const CpuTensorPtr in = settled(get("flip", x, x.element()));
  const int at = axis_of("flip", in->shape, axis);
  auto y = make(in->shape, in->swapped, in->element);
  const Axis a(*in, at);
  if (a.inner == 1) {
    for (int64_t o = 0; o < a.outer; ++o) {
      if (in->element == Element::kFloat)
        std::reverse_copy(in->f() + o * a.size, in->f() + (o + 1) * a.size, y->f() + o * a.size);
      else
        std::reverse_copy(in->i() + o * a.size, in->i() + (o + 1) * a.size, y->i() + o * a.size);
    }
    return wrap(y);
  }
  const size_t unit = size_t(a.inner) * value_size(*in);
  for (int64_t o = 0; o < a.outer; ++o)
    for (int64_t n = 0; n < a.size; ++n)
      std::memcpy(static_cast<char*>(y->values) + size_t(o * a.size + a.size - 1 - n) * unit,
                  static_cast<const char*>(in->values) + size_t(o * a.size + n) * unit, unit);
  return wrap(y);
}

Tensor CpuBackend::pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) {
  const CpuTensorPtr in = read("pad", x, Order::kAny);
  if (in->rank() < 1 || left < 0 || right < 0) shape_error("pad", "impossible padding");
  const Axis a(*in, in->rank() - 1);
  if (mode == PadMode::kReflect && std::max(left, right) >= a.size)
    shape_error("pad", "reflection by " + std::to_string(std::max(left, right)) + " of " +
                           std::to_string(a.size) + " frames");
  Shape shape = in->shape;
  shape.back() += left + right;
  // One frame of many channels has no order of its own but gets one here.
  const bool swapped = in->swapped;
  auto y = make(shape, swapped);
  const int64_t total = shape.back();
  for (int64_t o = 0; o < a.outer; ++o)
    for (int64_t n = 0; n < total; ++n) {
      int64_t source = n - left;
      float* to = y->f() + (o * total + n) * a.inner;
      if (source < 0 || source >= a.size) {
        if (mode == PadMode::kZero) {
          std::fill(to, to + a.inner, 0.0f);
          continue;
        }
        source = source < 0 ? -source : 2 * (a.size - 1) - source;
      }
      const float* from = in->f() + (o * a.size + source) * a.inner;
      std::copy(from, from + a.inner, to);
    }
  return wrap(y);
}

Tensor CpuBackend::repeat_frames(const Tensor& x, int64_t factor) {
  const CpuTensorPtr in = read("repeat_frames", x, Order::kAny);
  if (in->rank() < 1 || factor < 1)
    shape_error("repeat_frames", "factor " + std::to_string(factor));
  if (factor == 1) return wrap(in);
  const Axis a(*in, in->rank() - 1);
  Shape shape = in->shape;
  shape.back() *= factor;
  auto y = make(shape, in->swapped);
  float* to = y->f();
  for (int64_t n = 0; n < a.outer * a.size; ++n)
    for (int64_t r = 0; r < factor; ++r, to += a.inner)
      std::copy(in->f() + n * a.inner, in->f() + (n + 1) * a.inner, to);
  return wrap(y);
}

Tensor CpuBackend::resize_linear(const Tensor& x, int64_t frames) {
  const CpuTensorPtr in = read("resize_linear", x, Order::kAny);
  if (in->rank() < 1 || frames < 1 || in->shape.back() < 1)
    shape_error("resize_linear",
                std::to_string(frames) + " frames from " + tensor::shape_string(in->shape));
  const Axis a(*in, in->rank() - 1);
  if (frames == a.size) return wrap(in);
  Shape shape = in->shape;
  shape.back() = frames;
  auto y = make(shape, in->swapped && frames > 1);
  const double step = double(a.size) / double(frames);
  for (int64_t n = 0; n < frames; ++n) {
    const double at = std::max(0.0, (double(n) + 0.5) * step - 0.5);
    const int64_t low = std::min(int64_t(at), a.size - 1), high = std::min(low + 1, a.size - 1);
    const float weight = float(at - double(low));
    for (int64_t o = 0; o < a.outer; ++o) {
      const float* l = in->f() + (o * a.size + low) * a.inner;
      const float* h = in->f() + (o * a.size + high) * a.inner;
      float* to = y->f() + (o * frames + n) * a.inner;
      for (int64_t i = 0; i < a.inner; ++i) to[i] = l[i] * (1.0f - weight) + h[i] * weight;
    }
  }
  return wrap(y);
}

}  // namespace myna::compute::cpu
