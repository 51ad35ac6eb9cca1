// Differentiable operations on frames that stock libtorch is slow with on a processor: depthwise
// convolution, gates, activations and dropout. All take f32 tensors on the CPU in any layout and
// work with the channels last; results are [B, C, T] views of [B, T, C].
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute::frames {

/// x [B, C, T], weight [C, 1, kernel], bias [C] or undefined; stride 1.
torch::Tensor depthwise(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, const ConvSpec& spec);

/// x [B, 2C, T] -> [B, C, T].
torch::Tensor gated(const torch::Tensor& x, Gate gate);

/// The activations that libtorch is slow with: kGelu, kGeluTanh, kSilu, kMish, kTanh.
bool has_fast(Activation activation);
/// One of those, of any shape; the result is laid out as x is.
torch::Tensor activate(const torch::Tensor& x, Activation activation);

/// Inverted dropout of any shape. The choices are a function of one number drawn from torch's
/// default generator and the element's place in memory order.
torch::Tensor dropout(const torch::Tensor& x, double probability);

}  // namespace myna::compute::frames
