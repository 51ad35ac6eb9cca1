// Guided attention: a loss that teaches some heads of the text-to-semantic decoder to look at the
// phone that is to be said next, from a forced alignment. The idea of guided attention (Tachibana,
// Uenoyama, Aihara, ICASSP 2018) with a known alignment in place of a diagonal.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "base/json.h"
#include "models/t2s.h"
#include "training/t2s_data.h"

namespace myna::training {

struct GuidedAttention {
  int64_t layer = 0;    ///< whose attention is guided
  int64_t heads = 1;    ///< the first so many of it
  double weight = 1.0;  ///< of the loss, as long as progress <= until
  double until = 1.0;   ///< from here the weight falls in a line to a tenth of it

  /// Throws Error(kUsage) naming `subject` when the network has no such layer or heads.
  static GuidedAttention from_json(const Json& json, const models::T2sConfig& config,
                                   const std::string& subject);
  double weight_at(double progress) const;
};

/// Mean of -log(sum over phones j of attention[j] * nearness(j, wanted)) over guided heads and over
/// the token positions whose next target has a place in batch.aligned; nearness is 1 for the phone
/// itself and falls to nothing three phones away. q, k [B, Tx + Ty, width] of one layer of the pass
/// over `batch`, heads side by side, any floating type. `bf16`: the products are taken in that
/// type, the rest is f32 (f32 products are slow on processors). A differentiable scalar; zero when
/// nothing is aligned.
at::Tensor guided_attention_loss(const at::Tensor& q, const at::Tensor& k, int64_t head_dim,
                                 int64_t guided_heads, const T2sBatch& batch, bool bf16 = false);

}  // namespace myna::training
