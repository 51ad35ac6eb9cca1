// What the torch backend keeps behind the opaque handles of compute/backend.h.
#pragma once

#include <torch/types.h>

#include "compute/backend.h"

namespace myna::compute {

struct TorchData : TensorData {
  explicit TorchData(torch::Tensor v)
      : TensorData(v.sizes().vec(), v.is_floating_point() ? Element::kFloat : Element::kInt),
        value(std::move(v)) {}
  torch::Tensor value;
};

/// Leaves of one linear or convolution layer: either `weight`, or `g` and `v`.
struct TorchWeights : Weights {
  bool is_conv = false;
  ConvSpec conv;
  Shape shape;  ///< of a convolution's weight; a stored weight may have extra axes of size 1
  torch::Tensor weight, g, v, bias;
};

}  // namespace myna::compute
