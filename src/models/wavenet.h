// The conditioned WaveNet stack of VITS (module/modules.py WN): dilated convolutions with
// tanh-sigmoid gates, residual and skip paths. Used by the flow and by the posterior encoder.
#pragma once

#include <string>
#include <vector>

#include "models/layers.h"

namespace myna::models {

using compute::Lengths;

class WaveNet {
 public:
  /// Tensors NAME.{in_layers.N, res_skip_layers.N, cond_layer}, weight-normalised.
  WaveNet(Backend& backend, ParameterSource& source, const std::string& name, int64_t channels,
          int64_t kernel, int64_t layers, int64_t gin_channels, Precision precision);

  /// x [B, C, T], style [B, gin, 1] -> [B, C, T], zero at and beyond `lengths`.
  Tensor operator()(Backend& backend, const Tensor& x, const Lengths& lengths,
                    const Tensor& style) const;

 private:
  std::vector<Conv1d> in_, res_skip_;
  Conv1d cond_;
  int64_t channels_;
};

}  // namespace myna::models
