// Operations of the recorder that move values without computing.
#include <algorithm>
#include <limits>

#include "compute/onnx/recorder.h"

namespace myna::compute::onnx {
namespace {

size_t axis_of(const char* op, const Tensor& x, int axis) {
  if (!x) shape_error(op, "an operand is absent");
  if (axis < 0) axis += x.rank();
  if (axis < 0 || axis >= x.rank())
    shape_error(op, "axis " + std::to_string(axis) + " of " + tensor::shape_string(x.shape()));
  return size_t(axis);
}

/// How many values, of symbolic sizes without those that both shapes have. More than one symbolic
/// size cannot be multiplied.
int64_t count_beside(const Shape& shape, Shape other) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    const auto same = std::find(other.begin(), other.end(), size);
    if (is_symbolic(size) && same != other.end()) {
      other.erase(same);
      continue;
    }
    if (is_symbolic(size) && is_symbolic(count))
      shape_error("reshape", "sizes that are open are multiplied");
    count *= size;
  }
  return count;
}

}  // namespace

Tensor Recorder::shaped(const Tensor& x, const Shape& shape, const std::vector<int64_t>& pattern) {
  return record("Reshape", {x, sizes(pattern)}, shape, {}, x.element());
}

Tensor Recorder::reshape(const Tensor& x, const Shape& wanted) {
  if (!x) shape_error("reshape", "the operand is absent");
  Shape shape = wanted;
  const auto unknown = std::find(shape.begin(), shape.end(), -1);
  if (unknown != shape.end()) {
    *unknown = 1;
    const int64_t rest = count_beside(shape, x.shape()), all = count_beside(x.shape(), shape);
    if (rest == 0 || all % rest != 0) shape_error("reshape", "impossible shape");
    *unknown = all / rest;
  }
  if (count_beside(shape, x.shape()) != count_beside(x.shape(), shape))
    shape_error("reshape", tensor::shape_string(x.shape()) + " as " + tensor::shape_string(wanted));
  // The one open size of a result follows from the others.
  std::vector<int64_t> pattern = shape;
  if (std::count_if(pattern.begin(), pattern.end(), is_symbolic) == 1)
    *std::find_if(pattern.begin(), pattern.end(), is_symbolic) = -1;
  return shaped(x, shape, pattern);
}

Tensor Recorder::swapped(const Tensor& x, std::vector<int64_t> order) {
  Shape shape;
  for (const int64_t axis : order) shape.push_back(x.dim(int(axis)));
  return record("Transpose", {x}, shape, {{"perm", std::move(order)}}, x.element());
}

Tensor Recorder::transpose(const Tensor& x, int axis_a, int axis_b) {
  const size_t a = axis_of("transpose", x, axis_a), b = axis_of("transpose", x, axis_b);
  std::vector<int64_t> order;
  for (int axis = 0; axis < x.rank(); ++axis) order.push_back(axis);
  std::swap(order[a], order[b]);
  return swapped(x, std::move(order));
}

Tensor Recorder::concat(const std::vector<Tensor>& parts, int axis) {
  if (parts.empty()) shape_error("concat", "no parts");
  const size_t at = axis_of("concat", parts[0], axis);
  Shape shape = parts[0].shape();
  shape[at] = 0;
  for (const Tensor& part : parts) {
    if (!part || part.rank() != int(shape.size())) shape_error("concat", "parts of other ranks");
    for (size_t n = 0; n < shape.size(); ++n)
      if (n != at && part.shape()[n] != shape[n])
        shape_error("concat", tensor::shape_string(part.shape()) + " beside " +
                                  tensor::shape_string(parts[0].shape()));
    shape[at] += part.shape()[at];
  }
  return record("Concat", parts, shape, {{"axis", int64_t(at)}}, parts[0].element());
}

Tensor Recorder::slice(const Tensor& x, int axis, int64_t begin, int64_t end) {
  const size_t at = axis_of("slice", x, axis);
  const int64_t whole = x.shape()[at];
  if (begin == 0 && end == whole) return x;
  const bool plain = !is_symbolic(begin) && !is_symbolic(end) && !is_symbolic(whole);
  if (begin < 0 || end < begin || (plain && end > whole))
    shape_error("slice", "[" + std::to_string(begin) + ", " + std::to_string(end) + ") of " +
                             tensor::shape_string(x.shape()));
  Shape shape = x.shape();
  shape[at] = end - begin;
  const int64_t last = end == whole ? std::numeric_limits<int64_t>::max() : 0;
  const Tensor ends = last ? constant(HostTensor::from_ints({1}, {last})) : sizes({end});
  return record("Slice", {x, sizes({begin}), ends, sizes({int64_t(at)})}, shape, {}, x.element());
}

Tensor Recorder::flip(const Tensor& x, int axis) {
  const auto at = int64_t(axis_of("flip", x, axis));
  const Tensor beyond = constant(HostTensor::from_ints({1}, {std::numeric_limits<int64_t>::min()}));
  return record("Slice", {x, sizes({-1}), beyond, sizes({at}), sizes({-1})}, x.shape(), {},
                x.element());
}

Tensor Recorder::pad_zeros(const Tensor& x, int axis, int64_t left, int64_t right) {
  const size_t at = axis_of("pad", x, axis), rank = size_t(x.rank());
  std::vector<int64_t> amounts(2 * rank, 0);
  amounts[at] = left;
  amounts[rank + at] = right;
  Shape shape = x.shape();
  shape[at] += left + right;
  return record("Pad", {x, sizes(amounts)}, shape, {{"mode", std::string("constant")}});
}

Tensor Recorder::pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) {
  if (mode == PadMode::kZero) return pad_zeros(x, -1, left, right);
  const size_t at = axis_of("pad", x, -1);
  std::vector<int64_t> amounts(2 * at + 2, 0);
  amounts[at] = left;
  amounts[2 * at + 1] = right;
  Shape shape = x.shape();
  shape[at] += left + right;
  return record("Pad", {x, sizes(amounts)}, shape, {{"mode", std::string("reflect")}});
}

Tensor Recorder::repeat_frames(const Tensor& x, int64_t factor) {
  const size_t at = axis_of("repeat_frames", x, -1);
  if (factor == 1) return x;
  // [..., T] -> [..., T, 1] -> [..., T, factor] -> [..., T * factor]
  Shape column = x.shape(), repeated = x.shape(), shape = x.shape();
  column.push_back(1);
  repeated.push_back(factor);
  shape[at] *= factor;
  std::vector<int64_t> once(at + 1, 1), pattern(at + 1, 0);
  once.push_back(factor);
  pattern[at] = -1;
  const Tensor y = record("Unsqueeze", {x, sizes({int64_t(at) + 1})}, column);
  return shaped(record("Tile", {y, sizes(once)}, repeated), shape, pattern);
}

Tensor Recorder::resize_linear(const Tensor& x, int64_t frames) {
  const size_t at = axis_of("resize_linear", x, -1);
  if (frames == x.shape()[at]) return x;
  Shape shape = x.shape();
  shape[at] = frames;
  return record("Resize", {x, {}, {}, sizes(shape)}, shape,
                {{"mode", std::string("linear")},
                 {"coordinate_transformation_mode", std::string("half_pixel")}});
}

}  // namespace myna::compute::onnx
