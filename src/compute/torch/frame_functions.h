// Differentiable operations on frames that stock libtorch is slow with on a processor: depthwise
// convolution, gates and dropout. All take f32 tensors on the CPU in any layout and work with the
// channels last; results are [B, C, T] views of [B, T, C].
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute::frames {

/// x [B, C, T], weight [C, 1, kernel], bias [C] or undefined; stride 1.
torch::Tensor depthwise(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, const ConvSpec& spec);

/// x [B, 2C, T] -> [B, C, T].
torch::Tensor gated(const torch::Tensor& x, Gate gate);

/// Inverted dropout of any shape. The choices are a function of one number drawn from torch's
/// default generator and the element's place in memory order.
torch::Tensor dropout(const torch::Tensor& x, double probability);

}  // namespace myna::compute::frames
