// LoRA fine-tunes of SoVITS v3 and v4 (Hu et al. 2021): small matrices A [rank, in] and B [out,
// rank] that change the attention weights of the flow-matching network by scale * B A, beside the
// parts that were trained in full. The reference's trainer takes alpha = rank, hence scale 1, and
// wraps the network, which lengthens its names:
//   cfm.base_model.model.estimator.N.to_q.lora_A.default.weight   changes
//   cfm.estimator.N.to_q.weight
#pragma once

#include "models/checkpoint.h"

namespace myna::models {

/// weight [out, in] + scale * b [out, rank] a [rank, in], in f32. Throws Error(kInternal) when the
/// shapes do not fit.
HostTensor merged_weight(const HostTensor& weight, const HostTensor& a, const HostTensor& b,
                         float scale);

/// The fine-tuned model as a whole: the tensors of `base`, those that the LoRA file has in full,
/// and changed weights (in f32) for its matrices; configuration and path are the LoRA file's.
/// Weights are merged when they are asked for. Throws Error(kInvalidModel) naming the tensor when
/// the two do not belong together or the LoRA is incomplete.
Checkpoint merge_lora(const Checkpoint& base, const Checkpoint& lora);

}  // namespace myna::models
