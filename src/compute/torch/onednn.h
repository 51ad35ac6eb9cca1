// Convolutions and matrix products for training on a processor, by oneDNN directly. Debian's
// libtorch has no tuned BLAS: its f32 matrix products are about fifty times slower than these, and
// its convolutions convert layouts more often. Measured figures: docs/training_performance.md.
//
// Operands are f32 tensors on the CPU, in any layout; results are f32. With `bf16` the operands are
// rounded to bf16 and the products summed in f32. Convolution results are laid out with the
// channels last (the logical shape stays [B, C, T]), which is the layout that the next layer, a
// transpose to [B, T, C] and the norms are fastest with.
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute::onednn {

/// Whether these functions take `x`: f32 on the CPU.
bool takes(const torch::Tensor& x);

/// x [..., in], weight [out, in], bias [out] or undefined. Differentiable.
torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     bool bf16);

/// x [B, in, T], weight [out, in / groups, kernel], bias or undefined; not for transposed
/// convolutions. Differentiable.
torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16);

}  // namespace myna::compute::onednn
