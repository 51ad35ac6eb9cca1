#include "compute/torch/torch_ops.h"

#include <torch/torch.h>

namespace myna::compute::torch_ops {

torch::Tensor activate(const torch::Tensor& x, Activation activation, double slope) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return torch::relu(x);
    case Activation::kLeakyRelu:
      return torch::leaky_relu(x, slope);
    case Activation::kGelu:
      return torch::gelu(x);
    case Activation::kGeluTanh:
      return torch::gelu(x, "tanh");
    case Activation::kSilu:
      return torch::silu(x);
    case Activation::kMish:
      return torch::mish(x);
    case Activation::kTanh:
      return torch::tanh(x);
    case Activation::kSigmoid:
      return torch::sigmoid(x);
    case Activation::kExp:
      return torch::exp(x);
    case Activation::kLog:
      return torch::log(x);
    case Activation::kSqrt:
      return torch::sqrt(x);
    case Activation::kAbs:
      return torch::abs(x);
    case Activation::kSin:
      return torch::sin(x);
    case Activation::kCos:
      return torch::cos(x);
    case Activation::kSoftplus:
      return torch::softplus(x);
  }
  return x;
}

torch::Tensor weight_norm(const torch::Tensor& v, const torch::Tensor& g) {
  auto flat = v.reshape({v.size(0), -1});
  auto scale = g.reshape({-1, 1}) / flat.norm(2, {1}, /*keepdim=*/true);
  return (flat * scale).view(v.sizes());
}

torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     bool bf16) {
  if (!bf16) return torch::linear(x, weight, bias);
  auto y = torch::linear(x.to(torch::kBFloat16), weight.to(torch::kBFloat16)).to(x.scalar_type());
  return bias.defined() ? y + bias : y;
}

torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16) {
  const auto real = x.scalar_type();
  auto in = bf16 ? x.to(torch::kBFloat16) : x;
  auto w = bf16 ? weight.to(torch::kBFloat16) : weight;
  torch::Tensor y;
  if (spec.transposed) {
    const bool even = spec.pad_left == spec.pad_right;
    y = torch::conv_transpose1d(in, w, {}, {spec.stride}, {even ? spec.pad_left : 0},
                                {spec.output_padding}, spec.groups, {spec.dilation});
    if (!even) y = y.slice(2, spec.pad_left, y.size(2) - spec.pad_right);
  } else {
    const bool even = spec.pad_left == spec.pad_right;
    if (!even) in = torch::constant_pad_nd(in, {spec.pad_left, spec.pad_right});
    y = torch::conv1d(in, w, {}, {spec.stride}, {even ? spec.pad_left : 0}, {spec.dilation},
                      spec.groups);
  }
  y = y.to(real);
  return bias.defined() ? y + bias.view({-1, 1}) : y;
}

torch::Tensor layer_norm(const torch::Tensor& x, const torch::Tensor& gain,
                         const torch::Tensor& bias, double epsilon) {
  return torch::layer_norm(x, {x.size(-1)}, gain, bias, epsilon);
}

}  // namespace myna::compute::torch_ops
