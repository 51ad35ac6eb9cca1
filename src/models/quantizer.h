// The vector quantiser of SoVITS: content features to semantic codes and back. One codebook,
// nearest vector by Euclidean distance. Never trained together with SoVITS: the trainer makes the
// codebook first. Reference: module/quantize.py, module/core_vq.py (after EnCodec).
//
// Tensors: ssl_proj.{weight, bias} and quantizer.vq.layers.0._codebook.embed.
#pragma once

#include <cstdint>
#include <vector>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

class Quantizer {
 public:
  Quantizer(Backend& backend, ParameterSource& source, const SovitsConfig& config);

  /// Content features [B, ssl_dim, T] -> [B, ssl_dim, T / ssl_stride], what the codebook is
  /// compared with.
  Tensor project(Backend& backend, const Tensor& features) const;
  /// Projected features [B, ssl_dim, T] -> B * T codes, row by row (the lowest index wins a tie).
  std::vector<int64_t> nearest(Backend& backend, const Tensor& projected) const;
  /// Codes kInt [B, T] -> vectors [B, ssl_dim, T].
  Tensor lookup(Backend& backend, const Tensor& codes) const;

  int64_t codebook_size() const { return codebook_size_; }

 private:
  Conv1d project_;
  Linear scores_;  ///< x -> x . e - |e|^2 / 2 for every codebook vector e
  Tensor codebook_;
  int64_t codebook_size_;
};

}  // namespace myna::models
