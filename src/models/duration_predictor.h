// How long each phone of a text lasts, from the phones around it: for networks that are given the
// text spread, one phone per semantic token (phone_timing.h). Convolutions over the phones, as in
// FastSpeech (Ren et al. 2019), but the mean number of tokens itself is predicted, its logarithm
// being what the last layer gives.
//
// Tensors: NAME.{embedding, blocks.N.{conv, norm}, proj}.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

struct DurationConfig {
  int64_t symbols = 732;  ///< rows of the phone embedding
  int64_t dim = 128;
  int64_t layers = 4;
  int64_t kernel = 5;  ///< odd
  float dropout = 0.1f;
  double tokens_per_second = 25;

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static DurationConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// Immutable; as thread-safe as its backend.
class DurationPredictor {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  DurationPredictor(Backend& backend, ParameterSource& source, const DurationConfig& config);

  const DurationConfig& config() const { return config_; }
  /// phones kInt [B, N] -> logarithm of the mean number of tokens [B, 1, N].
  Tensor log_tokens(const Tensor& phones, const compute::Lengths& lengths = {}) const;
  /// Mean number of tokens of each phone of one text. Throws Error(kInvalidModel) for a phone that
  /// the network does not have.
  std::vector<float> tokens(std::span<const int64_t> phones) const;

 private:
  struct Block {
    Conv1d conv;
    ChannelNorm norm;
  };
  Backend& backend_;
  DurationConfig config_;
  Embedding embedding_;
  std::vector<Block> blocks_;
  Conv1d proj_;
};

}  // namespace myna::models
