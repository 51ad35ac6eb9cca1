// Elementwise operations and shape operations of the torch backend.
#include <torch/torch.h>

#include "base/error.h"
#include "compute/torch/frame_functions.h"
#include "compute/torch/onednn.h"
#include "compute/torch/torch_backend.h"
#include "compute/torch/torch_ops.h"

namespace myna::compute {

Tensor TorchBackend::add(const Tensor& a, const Tensor& b) { return wrap(unwrap(a) + unwrap(b)); }
Tensor TorchBackend::sub(const Tensor& a, const Tensor& b) { return wrap(unwrap(a) - unwrap(b)); }
Tensor TorchBackend::mul(const Tensor& a, const Tensor& b) { return wrap(unwrap(a) * unwrap(b)); }

Tensor TorchBackend::affine(const Tensor& x, float scale, float shift) {
  auto y = unwrap(x);
  if (scale != 1.0f) y = y * scale;
  if (shift != 0.0f) y = y + shift;
  return wrap(y);
}

Tensor TorchBackend::activate(const Tensor& x, Activation activation, float slope) {
  return wrap(torch_ops::activate(unwrap(x), activation, slope));
}

Tensor TorchBackend::clamp(const Tensor& x, float low, float high) {
  return wrap(unwrap(x).clamp(low, high));
}

Tensor TorchBackend::gated(const Tensor& x, Gate gate) {
  if (x.rank() != 3 || x.dim(1) % 2 != 0) {
    throw Error(ErrorCode::kInternal, "x must be [B, 2C, T]", "gated");
  }
  if (onednn::takes(unwrap(x))) return wrap(frames::gated(unwrap(x), gate));
  auto halves = unwrap(x).chunk(2, 1);
  auto open = torch::sigmoid(halves[1]);
  return wrap(gate == Gate::kGlu ? halves[0] * open : torch::tanh(halves[0]) * open);
}

Tensor TorchBackend::filtered_snake(const Tensor& x, const Tensor& alpha, const Tensor& beta,
                                    std::span<const float> filter) {
  if (x.rank() != 3 || int64_t(filter.size()) != kSnakeTaps) {
    throw Error(ErrorCode::kInternal, "x must be [B, C, T] and the filter of kSnakeTaps values",
                "filtered_snake");
  }
  const int64_t batch = x.dim(0), channels = x.dim(1), frames = x.dim(2);
  const auto taps = torch::tensor(std::vector<float>(filter.begin(), filter.end()))
                        .to(device_, real_)
                        .view({1, 1, kSnakeTaps});
  // Every channel is a signal of its own. 5 frames outside on each side feed the first and last
  // upsampled frames; 15 of those come too early and 15 too late.
  auto up = torch::replication_pad1d(unwrap(x).reshape({batch * channels, 1, frames}), {5, 5});
  up = torch::conv_transpose1d(up, taps, {}, /*stride=*/2) * 2.0;
  up = up.slice(2, 15, 15 + 2 * frames).reshape({batch, channels, 2 * frames});
  const auto frequency = torch::exp(unwrap(alpha)).view({1, channels, 1});
  const auto divisor = (torch::exp(unwrap(beta)) + 1e-9).view({1, channels, 1});
  const auto active = up + torch::sin(up * frequency).square() / divisor;
  auto down = torch::replication_pad1d(active.reshape({batch * channels, 1, 2 * frames}), {5, 6});
  down = torch::conv1d(down, taps, {}, /*stride=*/2);
  return wrap(down.view({batch, channels, frames}));
}

Tensor TorchBackend::softmax(const Tensor& x) { return wrap(torch::softmax(unwrap(x), -1)); }

torch::Tensor TorchBackend::frame_mask(const Lengths& lengths, int64_t frames) const {
  auto ends = torch::tensor(lengths, torch::kLong).unsqueeze(1);
  return (torch::arange(frames, torch::kLong).unsqueeze(0) < ends).to(device_, real_);
}

Tensor TorchBackend::mask_frames(const Tensor& x, const Lengths& lengths) {
  if (lengths.empty()) return x;
  if (x.rank() != 3 || x.dim(0) != int64_t(lengths.size())) {
    throw Error(ErrorCode::kInternal, "x must be [B, C, T] with one length per row", "mask_frames");
  }
  return wrap(unwrap(x) * frame_mask(lengths, x.dim(2)).unsqueeze(1));
}

Tensor TorchBackend::mean_frames(const Tensor& x, const Lengths& lengths) {
  if (lengths.empty()) return wrap(unwrap(x).mean(2, /*keepdim=*/true));
  auto sum = unwrap(mask_frames(x, lengths)).sum(2, /*keepdim=*/true);
  auto count = torch::tensor(lengths, torch::kLong).to(device_, real_).view({-1, 1, 1});
  return wrap(sum / count);
}

Tensor TorchBackend::detach(const Tensor& x) { return wrap(unwrap(x).detach()); }

Tensor TorchBackend::dropout(const Tensor& x, float probability) {
  if (!training_ || probability <= 0.0f) return x;
  if (onednn::takes(unwrap(x))) return wrap(frames::dropout(unwrap(x), probability));
  return wrap(torch::dropout(unwrap(x), probability, /*train=*/true));
}

Tensor TorchBackend::reshape(const Tensor& x, const Shape& shape) {
  return wrap(unwrap(x).reshape(shape));
}

Tensor TorchBackend::transpose(const Tensor& x, int axis_a, int axis_b) {
  return wrap(unwrap(x).transpose(axis_a, axis_b));
}

Tensor TorchBackend::concat(const std::vector<Tensor>& parts, int axis) {
  std::vector<torch::Tensor> values;
  for (const Tensor& part : parts) values.push_back(unwrap(part));
  return wrap(torch::cat(values, axis));
}

Tensor TorchBackend::slice(const Tensor& x, int axis, int64_t begin, int64_t end) {
  if (begin < 0 || end < begin || end > x.dim(axis)) {
    throw Error(ErrorCode::kInternal, "the range is outside the axis", "slice");
  }
  return wrap(unwrap(x).slice(axis, begin, end));
}

Tensor TorchBackend::flip(const Tensor& x, int axis) { return wrap(unwrap(x).flip(axis)); }

Tensor TorchBackend::pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) {
  auto value = unwrap(x);
  if (mode == PadMode::kZero) return wrap(torch::constant_pad_nd(value, {left, right}));
  auto rows = torch::reflection_pad1d(value.reshape({1, -1, x.dim(-1)}), {left, right});
  Shape shape = x.shape();
  shape.back() += left + right;
  return wrap(rows.view(shape));
}

Tensor TorchBackend::repeat_frames(const Tensor& x, int64_t factor) {
  Shape wide = x.shape();
  wide.push_back(factor);
  Shape shape = x.shape();
  shape.back() *= factor;
  return wrap(unwrap(x).unsqueeze(-1).expand(wide).reshape(shape));
}

Tensor TorchBackend::resize_linear(const Tensor& x, int64_t frames) {
  Shape shape = x.shape();
  shape.back() = frames;
  auto rows = unwrap(x).reshape({1, -1, x.dim(-1)});
  return wrap(torch::upsample_linear1d(rows, {frames}, /*align_corners=*/false).view(shape));
}

}  // namespace myna::compute
