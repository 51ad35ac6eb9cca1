// The pitch that a sentence is spoken with, from what the prior encoder knows (tokens, phones and
// style): input of decoders that are driven by an excitation. After FastPitch (Łańcucki 2021):
// convolutions, regression of the logarithm.
//
// Tensors: NAME.{conv_pre, cond, blocks.N.{conv, norm}, proj}.
#pragma once

#include <string>
#include <vector>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

class PitchPredictor {
 public:
  PitchPredictor() = default;
  PitchPredictor(Backend& backend, ParameterSource& source, const std::string& name,
                 const SovitsConfig& config, Precision precision);

  /// features [B, hidden, T], style [B, gin, 1] -> natural logarithm of Hz [B, 1, T].
  Tensor operator()(Backend& backend, const Tensor& features, const compute::Lengths& lengths,
                    const Tensor& style) const;
  explicit operator bool() const { return !blocks_.empty(); }

 private:
  struct Block {
    Conv1d conv;
    ChannelNorm norm;
  };
  Conv1d pre_, cond_, proj_;
  std::vector<Block> blocks_;
};

}  // namespace myna::models
