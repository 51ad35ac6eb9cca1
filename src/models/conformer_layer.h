// One layer of a Conformer-like encoder (Gulati et al. 2020; pre-norm, one feed-forward):
// self-attention, a gated depthwise convolution, a feed-forward network. Positions are known to it
// through the convolution only, so any length works.
#pragma once

#include <string>

#include "models/layers.h"

namespace myna::models {

struct ConformerSpec {
  int64_t dim = 0, heads = 1, ffn = 0;
  int64_t kernel = 1;  ///< of the depthwise convolution, odd
  float dropout = 0.0f;
  Precision precision = Precision::kDefault;  ///< of the linear layers
};

/// Tensors NAME.{attention_norm, attention.{qkv,out}, conv_norm, conv.{gate,depth,depth_norm,out},
/// ffn_norm, ffn.{up,down}}.
class ConformerLayer {
 public:
  ConformerLayer(Backend& backend, ParameterSource& source, const std::string& name,
                 const ConformerSpec& spec);

  /// [B, T, dim] -> [B, T, dim]; frames at and beyond `lengths` are not seen by the others.
  Tensor operator()(Backend& backend, const Tensor& x, const compute::Lengths& lengths) const;

 private:
  ConformerSpec spec_;
  LayerNorm attention_norm_, conv_norm_, ffn_norm_;
  Linear qkv_, attention_out_, gate_, conv_out_, up_, down_;
  Conv1d depth_;
  ChannelNorm depth_norm_;
};

}  // namespace myna::models
