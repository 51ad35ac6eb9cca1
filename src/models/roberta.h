// RoBERTa as it comes in chinese-roberta-wwm-ext-large (Cui et al. 2021; the layout of BERT, Devlin
// et al. 2018): the context of Chinese text for the text-to-semantic model. Learned positions,
// post-norm layers, exact GELU. Tensor names are those of the published checkpoint without "bert.".
//
// The text-to-semantic models were trained with the hidden states before the last two layers
// (hidden_states[-3] of the reference), so the last two layers are neither read nor run. Networks
// that are built on a whole BERT (g2pw.h) run all.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

struct RobertaConfig {
  int64_t width = 1024;         ///< "hidden_size"
  int64_t feed_forward = 4096;  ///< "intermediate_size"
  int64_t heads = 16;           ///< "num_attention_heads"
  int64_t layers = 24;          ///< "num_hidden_layers", all of them
  int64_t vocabulary = 21128;   ///< "vocab_size"
  int64_t positions = 512;      ///< "max_position_embeddings"
  int64_t types = 2;            ///< "type_vocab_size"
  float epsilon = 1e-12f;       ///< "layer_norm_eps"
  int64_t unused = 2;           ///< "unused_layers", the last ones, which are not run

  /// Layers that are run.
  int64_t depth() const { return layers - unused; }
  /// Reads the checkpoint's config.json. Throws Error(kInvalidModel) naming subject and key for
  /// impossible values, Error(kUnsupported) for another activation or relative positions.
  static RobertaConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// Immutable; as thread-safe as its backend.
class Roberta {
 public:
  /// Called with ("embed", "hidden_1", "hidden_2" ..., tensor) on the way, for checks.
  using Probe = std::function<void(const std::string& stage, const Tensor& value)>;

  /// `precision`: of the layers' weights where the source has them in floating numbers.
  Roberta(std::shared_ptr<Backend> backend, ParameterSource& source, const RobertaConfig& config,
          Precision precision = Precision::kDefault);

  const RobertaConfig& config() const { return config_; }

  /// ids of one text with its first and last mark -> [1, ids, width]. Throws Error(kInvalidModel)
  /// for an id outside the vocabulary, Error(kInternal) for none or more than there are positions.
  Tensor forward(std::span<const int64_t> ids, const Probe& probe = {}) const;

 private:
  struct Layer {
    std::array<Linear, 6> linears;
    LayerNorm attention_norm, output_norm;
  };
  Tensor embed(std::span<const int64_t> ids) const;
  Tensor run_layer(const Layer& layer, const Tensor& x) const;

  RobertaConfig config_;
  std::shared_ptr<Backend> backend_;
  HostTensor words_;  ///< [vocabulary, width]; rows of a mapped file are read when they are needed
  std::vector<float> places_;  ///< [positions, width], the embedding of the first type added
  LayerNorm norm_;
  std::vector<Layer> layers_;
};

/// What a model file keeps of the network: the parameters that forward() uses, weights of the
/// layers in 8 bits, words in half floats. Reading them checks every name and shape. Throws as the
/// source.
std::map<std::string, HostTensor> compact_roberta(ParameterSource& source,
                                                  const RobertaConfig& config);

}  // namespace myna::models
