// Attention as one differentiable function for training on a processor: products by oneDNN, the
// rows between them in one pass each, and only the bf16 operands and probabilities kept for the
// gradient.
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute::onednn {

/// q [B, Tq, D], k and v [B, Tk, D] in f32 on the CPU -> [B, Tq, D]. emb_k and emb_v
/// [1, 2 * window + 1, D / heads], or undefined.
torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                        const torch::Tensor& emb_k, const torch::Tensor& emb_v, int64_t heads,
                        double scale, const AttentionMask& mask, int64_t window, bool bf16);

}  // namespace myna::compute::onednn
