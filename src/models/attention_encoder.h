// The attention encoder of VITS (Kim et al. 2021; layout of the reference's module/attentions.py):
// self-attention with learned relative positions in a small window, convolutional feed-forward
// layers, channel norms after the residual sums.
#pragma once

#include <string>
#include <vector>

#include "models/layers.h"

namespace myna::models {

using compute::Lengths;

/// Multi-head attention whose projections are 1x1 convolutions. Tensors NAME.conv_{q,k,v,o} and,
/// with a window, NAME.emb_rel_{k,v} [1, 2 * window + 1, channels / heads].
/// The reference also drops attention weights while training; this drops outputs only.
class ConvAttention {
 public:
  /// window 0: no relative positions (cross-attention).
  ConvAttention(Backend& backend, ParameterSource& source, const std::string& name,
                int64_t channels, int64_t heads, int64_t window, Precision precision);

  /// x [B, C, T] asks, context [B, C, S] answers; context frames at and beyond `context_lengths`
  /// are not seen. -> [B, C, T]
  Tensor operator()(Backend& backend, const Tensor& x, const Tensor& context,
                    const Lengths& context_lengths, const Epilogue& epilogue = {}) const;

 private:
  Conv1d q_, k_, v_, o_;
  Tensor rel_keys_, rel_values_;
  int64_t heads_, window_;
};

struct AttentionEncoderSpec {
  int64_t channels = 0, filter = 0, heads = 0, layers = 0, kernel = 1, window = 4;
  float dropout = 0.0f;
  Precision precision = Precision::kF32;
};

class AttentionEncoder {
 public:
  AttentionEncoder(Backend& backend, ParameterSource& source, const std::string& name,
                   const AttentionEncoderSpec& spec);

  /// [B, C, T] -> [B, C, T]; frames at and beyond `lengths` are ignored and come out as zero.
  Tensor operator()(Backend& backend, const Tensor& x, const Lengths& lengths) const;

 private:
  struct Layer {
    ConvAttention attention;
    ChannelNorm norm1;
    Conv1d up, down;
    ChannelNorm norm2;
  };
  std::vector<Layer> layers_;
  float dropout_;
};

}  // namespace myna::models
