// Elementwise operations of the recorder.
#include <cmath>
#include <numbers>

#include "compute/broadcast.h"
#include "compute/onnx/recorder.h"

namespace myna::compute::onnx {
namespace {

/// The operator of activations that ONNX has; null for the others.
const char* operator_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return "Relu";
    case Activation::kTanh:
      return "Tanh";
    case Activation::kSigmoid:
      return "Sigmoid";
    case Activation::kExp:
      return "Exp";
    case Activation::kLog:
      return "Log";
    case Activation::kSqrt:
      return "Sqrt";
    case Activation::kAbs:
      return "Abs";
    case Activation::kSin:
      return "Sin";
    case Activation::kCos:
      return "Cos";
    case Activation::kSoftplus:
      return "Softplus";
    default:
      return nullptr;
  }
}

}  // namespace

Tensor Recorder::binary(const char* type, const Tensor& a, const Tensor& b) {
  if (!a || !b) shape_error(type, "an operand is absent");
  return record(type, {a, b}, broadcast_shape(type, a.shape(), b.shape()));
}

Tensor Recorder::affine(const Tensor& x, float scale, float shift) {
  const Tensor y = scale == 1.0f ? x : mul(x, scalar(scale));
  return shift == 0.0f ? y : add(y, scalar(shift));
}

Tensor Recorder::activate(const Tensor& x, Activation activation, float slope) {
  if (!x) shape_error("activate", "the operand is absent");
  if (const char* type = operator_of(activation)) return record(type, {x}, x.shape());
  switch (activation) {
    case Activation::kLeakyRelu:
      return record("LeakyRelu", {x}, x.shape(), {{"alpha", slope}});
    case Activation::kGelu: {
      const Tensor inner = mul(x, scalar(float(1.0 / std::numbers::sqrt2)));
      return mul(affine(x, 0.5f, 0.0f), affine(record("Erf", {inner}, x.shape()), 1.0f, 1.0f));
    }
    case Activation::kGeluTanh: {
      const Tensor cube = mul(mul(x, x), x);
      const Tensor inner = affine(add(x, affine(cube, 0.044715f, 0.0f)),
                                  float(std::sqrt(2.0 / std::numbers::pi)), 0.0f);
      return mul(affine(x, 0.5f, 0.0f), affine(activate(inner, Activation::kTanh, 0), 1.0f, 1.0f));
    }
    case Activation::kSilu:
      return mul(x, activate(x, Activation::kSigmoid, 0));
    case Activation::kMish:
      return mul(x, activate(activate(x, Activation::kSoftplus, 0), Activation::kTanh, 0));
    default:
      return x;
  }
}

Tensor Recorder::clamp(const Tensor& x, float low, float high) {
  return record("Clip", {x, scalar(low), scalar(high)}, x.shape());
}

Tensor Recorder::gated(const Tensor& x, Gate gate) {
  if (!x || x.rank() != 3 || x.dim(1) % 2 != 0) shape_error("gated", "[B, 2C, T] is needed");
  const int64_t half = x.dim(1) / 2;
  const Tensor value = slice(x, 1, 0, half);
  const Tensor control = activate(slice(x, 1, half, 2 * half), Activation::kSigmoid, 0);
  return mul(gate == Gate::kGlu ? value : activate(value, Activation::kTanh, 0), control);
}

Tensor Recorder::softmax(const Tensor& x) {
  return record("Softmax", {x}, x.shape(), {{"axis", int64_t{-1}}});
}

Tensor Recorder::mask_frames(const Tensor& x, const Lengths& lengths) {
  if (!lengths.empty()) shape_error("mask_frames", "lengths per row cannot be recorded");
  return x;
}

Tensor Recorder::mean_frames(const Tensor& x, const Lengths& lengths) {
  if (!lengths.empty()) shape_error("mean_frames", "lengths per row cannot be recorded");
  if (!x || x.rank() != 3) shape_error("mean_frames", "[B, C, T] is needed");
  return record("ReduceMean", {x}, {x.dim(0), x.dim(1), 1}, {{"axes", std::vector<int64_t>{2}}});
}

}  // namespace myna::compute::onnx
