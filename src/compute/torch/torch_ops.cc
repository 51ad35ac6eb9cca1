#include "compute/torch/torch_ops.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include "compute/torch/frame_functions.h"
#include "compute/torch/onednn.h"

namespace myna::compute::torch_ops {

torch::Tensor activate(const torch::Tensor& x, Activation activation, double slope) {
  if (onednn::takes(x) && frames::has_fast(activation)) return frames::activate(x, activation);
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
  if (onednn::takes(x)) return onednn::linear(x, weight, bias, bf16);
  if (!bf16) return torch::linear(x, weight, bias);
  auto y = torch::linear(x.to(torch::kBFloat16), weight.to(torch::kBFloat16)).to(x.scalar_type());
  return bias.defined() ? y + bias : y;
}

namespace {

/// Sums blocks [B, T, r, n] that start every n samples and last r * n -> [B, T + r - 1, n].
class OverlapAdd : public torch::autograd::Function<OverlapAdd> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* ctx, const torch::Tensor& blocks) {
    const int64_t frames = blocks.size(1), parts = blocks.size(2);
    ctx->saved_data["parts"] = parts;
    auto y = torch::zeros({blocks.size(0), frames + parts - 1, blocks.size(3)}, blocks.options());
    for (int64_t j = 0; j < parts; ++j) y.slice(1, j, j + frames).add_(blocks.select(2, j));
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    auto dy = grads[0].contiguous();
    const int64_t parts = ctx->saved_data["parts"].toInt();
    const int64_t frames = dy.size(1) - parts + 1, n = dy.size(2);
    return {dy.as_strided({dy.size(0), frames, parts, n}, {dy.stride(0), n, n, 1})};
  }
};

/// A transposed convolution is a matrix product per frame, whose results overlap and add.
torch::Tensor conv_transposed(const torch::Tensor& x, const torch::Tensor& weight,
                              const torch::Tensor& bias, const ConvSpec& spec, bool bf16) {
  const int64_t batch = x.size(0), frames = x.size(2);
  const int64_t length = (frames - 1) * spec.stride + spec.kernel + spec.output_padding;
  const int64_t parts = (spec.kernel + spec.output_padding + spec.stride - 1) / spec.stride;
  auto matrix = torch::constant_pad_nd(weight, {0, parts * spec.stride - spec.kernel})
                    .permute({2, 1, 0})
                    .reshape({parts * spec.stride * spec.out, spec.in});
  auto blocks = linear(x.transpose(1, 2), matrix, {}, bf16)
                    .view({batch, frames, parts, spec.stride * spec.out});
  auto y = OverlapAdd::apply(blocks).view({batch, -1, spec.out});
  y = y.slice(1, spec.pad_left, length - spec.pad_right);
  return (bias.defined() ? y + bias : y).transpose(1, 2);
}

/// Groups of fewer channels than an AMX tile run three to nine times slower than a dense
/// convolution whose weight is zero between groups: merges groups until they read 64 channels.
torch::Tensor merge_groups(const torch::Tensor& weight, ConvSpec& spec) {
  const int64_t in = spec.in / spec.groups, out = spec.out / spec.groups;
  int64_t merged = 1;
  while (spec.groups % (merged * 2) == 0 && merged * 2 * in <= 64) merged *= 2;
  if (merged == 1) return weight;
  spec.groups /= merged;
  auto apart = torch::eye(merged, weight.options()).view({1, merged, 1, merged, 1, 1});
  return (weight.view({spec.groups, merged, out, 1, in, spec.kernel}) * apart)
      .reshape({spec.out, merged * in, spec.kernel});
}

}  // namespace

torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16) {
  if (spec.transposed) {
    if (spec.groups == 1 && spec.dilation == 1) return conv_transposed(x, weight, bias, spec, bf16);
    auto y = torch::conv_transpose1d(x, weight, {}, {spec.stride}, {0}, {spec.output_padding},
                                     spec.groups, {spec.dilation});
    y = y.slice(2, spec.pad_left, y.size(2) - spec.pad_right);
    return bias.defined() ? y + bias.view({-1, 1}) : y;
  }
  const bool depthwise = spec.groups == spec.in && spec.in == spec.out && spec.stride == 1;
  if (onednn::takes(x) && depthwise && spec.in > 1) {
    return frames::depthwise(x, weight, bias, spec);
  }
  const bool rowwise = spec.kernel == 1 && spec.stride == 1 && spec.groups == 1 &&
                       spec.pad_left == 0 && spec.pad_right == 0;
  if (onednn::takes(x) && rowwise) {
    return linear(x.transpose(1, 2), weight.squeeze(2), bias, bf16).transpose(1, 2);
  }
  if (onednn::takes(x)) {
    ConvSpec wide = spec;
    const auto w = bf16 && spec.groups > 1 ? merge_groups(weight, wide) : weight;
    return onednn::conv1d(x, w, bias, wide, bf16);
  }
  auto in = bf16 ? x.to(torch::kBFloat16) : x;
  auto w = bf16 ? weight.to(torch::kBFloat16) : weight;
  const bool even = spec.pad_left == spec.pad_right;
  if (!even) in = torch::constant_pad_nd(in, {spec.pad_left, spec.pad_right});
  auto y = torch::conv1d(in, w, {}, {spec.stride}, {even ? spec.pad_left : 0}, {spec.dilation},
                         spec.groups)
               .to(x.scalar_type());
  return bias.defined() ? y + bias.view({-1, 1}) : y;
}

torch::Tensor layer_norm(const torch::Tensor& x, const torch::Tensor& gain,
                         const torch::Tensor& bias, double epsilon) {
  return torch::layer_norm(x, {x.size(-1)}, gain, bias, epsilon);
}

}  // namespace myna::compute::torch_ops
