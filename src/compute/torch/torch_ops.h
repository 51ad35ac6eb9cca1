// Differentiable building blocks of the torch backend, on plain torch tensors.
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute::torch_ops {

torch::Tensor activate(const torch::Tensor& x, Activation activation, double slope);

/// g * v / ||v||, the norm over all axes but the first.
torch::Tensor weight_norm(const torch::Tensor& v, const torch::Tensor& g);

/// x [..., in] times weight [out, in] plus bias; operands in bf16 when `bf16`, result in x's type.
torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     bool bf16);

/// Convolution or transposed convolution of [B, in, T] as `spec` says; result in x's type.
torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16);

/// Which keys each query may NOT see: bool [B or 1, 1, Tq, Tk]; undefined when all are visible.
torch::Tensor hidden_keys(const AttentionMask& mask, int64_t queries, int64_t keys,
                          torch::Device device);

/// Multi-head attention; arguments as Backend::attention, emb_k and emb_v undefined when there are
/// no relative positions, `hidden` undefined when every key is visible.
torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                        int64_t heads, double scale, const torch::Tensor& hidden,
                        const torch::Tensor& emb_k, const torch::Tensor& emb_v, int64_t window,
                        bool bf16);

/// Layer norm over the last axis (dim -1) of x.
torch::Tensor layer_norm(const torch::Tensor& x, const torch::Tensor& gain,
                         const torch::Tensor& bias, double epsilon);

}  // namespace myna::compute::torch_ops
