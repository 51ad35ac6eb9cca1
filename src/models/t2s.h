// Text-to-semantic decoder: a GPT that reads phones (and, for Chinese, BERT features) and continues
// the semantic tokens of a recording. Post-norm Transformer with ReLU feed-forward; text sees text
// only, tokens see all text and earlier tokens (AR/models/t2s_model.py of the reference).
//
// Positions are sinusoidal with a learned scale, counted separately for text and tokens.
// Shapes: phones [1, Tx] of ids; BERT features [1, Tx, bert_dim]; tokens [1, P]; logits
// [rows, vocab_size], or [B, T, vocab_size] in training.
//
// A T2s is immutable and as thread-safe as its backend; caches are not.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

struct T2sConfig {
  int64_t width = 512;        ///< "embedding_dim" and "hidden_dim", which must be equal
  int64_t heads = 16;         ///< "head"
  int64_t layers = 24;        ///< "n_layer"
  int64_t vocab_size = 1025;  ///< semantic tokens and the end token
  int64_t phoneme_vocab_size = 732;
  int64_t eos = 1024;              ///< "EOS"
  int64_t feed_forward = 2048;     ///< "ffn_dim", default 4 * width
  int64_t bert_dim = 1024;         ///< 0: no BERT projection
  int64_t max_positions = 4000;    ///< of text and of tokens, each
  float embedding_dropout = 0.0f;  ///< "dropout"
  float position_dropout = 0.1f;
  float layer_dropout = 0.1f;
  /// The text is given spread, one phone per token ("spread_text"; see phone_timing.h), without a
  /// prompt. False, as in the official models: as phones, after the prompt's.
  bool spread_text = false;
  float temperature = 1.0f;       ///< what a speaker's temperature of 1 means to this model, (0, 2]
  std::string prefix = "model.";  ///< of the tensor names
  Precision precision = Precision::kDefault;  ///< of the layers' weights (not stored)

  /// Reads the "model" object of an official configuration or what to_json wrote. As in the
  /// reference, "linear_units" is ignored. Throws Error(kInvalidModel) naming subject and key.
  static T2sConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
  /// Throws Error(kInvalidModel) when the sizes cannot be a network.
  void check(const std::string& subject) const;
};

class T2s {
 public:
  T2s(std::shared_ptr<Backend> backend, ParameterSource& source, const T2sConfig& config);

  const T2sConfig& config() const { return config_; }
  Backend& backend() const { return *backend_; }

  /// Sum of phone embedding, BERT projection and positions. `bert` absent means zeros (the
  /// projection's bias still counts, as in the reference). phones [B, Tx] -> [B, Tx, width].
  Tensor embed_text(const Tensor& phones, const Tensor& bert) const;
  /// Sum of token embedding and positions 0, 1, ... tokens [B, T] -> [B, T, width].
  Tensor embed_tokens(const Tensor& tokens) const;

  /// Cache for `rows` sequences of at most `capacity` positions (text, prompt and new tokens).
  std::unique_ptr<compute::KvCache> make_cache(int64_t rows, int64_t capacity) const;

  /// What the prompt pass computed. The last three are for checks only.
  struct Prompt {
    Tensor logits;   ///< [1, vocab_size], after the last position
    Tensor hidden;   ///< [1, Tx + P, width], last layer
    Tensor k_last;   ///< [1, Tx + P, width], keys of the last layer
    Tensor v_first;  ///< [1, Tx + P, width], values of the first layer
  };
  /// Runs text and prompt tokens (P = 0: absent tensor) of one sequence and fills row `row`.
  Prompt prompt(compute::KvCache& cache, int64_t row, const Tensor& phones, const Tensor& bert,
                const Tensor& tokens) const;

  /// Feeds one token to every row of the cache; positions[i] is the index of tokens[i] among row
  /// i's tokens (prompt included) -> [rows, vocab_size].
  Tensor step(compute::KvCache& cache, std::span<const int64_t> tokens,
              std::span<const int64_t> positions) const;
  /// The same from tensors [rows, 1] of ids that are within the model.
  Tensor step(compute::KvCache& cache, const Tensor& tokens, const Tensor& positions) const;

  /// Queries and keys of one layer in a training pass, for losses on where it attends.
  struct Trace {
    int64_t layer = 0;  ///< which layer to record, set by the caller
    Tensor q, k;        ///< [B, Tx + Ty, width], heads side by side; set by the pass
  };

  /// Training pass over padded rows. phones [B, Tx] (padding on the right: any id), bert
  /// [B, Tx, bert_dim] or absent, tokens [B, Ty] whose padding is the end token (see t2s_targets).
  /// Returns logits [B, Ty + 1, vocab_size]: logits[:, i] predicts token i, the end token after the
  /// last; logits[:, 0] come from each row's own last phone, as in decoding. Dropout applies in a
  /// backend in training mode; attention weights are not dropped. `trace` is filled when given.
  Tensor train(const Tensor& phones, const compute::Lengths& phone_lengths, const Tensor& bert,
               const Tensor& tokens, const compute::Lengths& token_lengths,
               Trace* trace = nullptr) const {
    return train_embedded(embed_text(phones, bert), phone_lengths, tokens, token_lengths, trace);
  }
  /// The same from text that is embedded already, [B, Tx, width]. The order of a row's phones does
  /// not matter here, but the last of its phone_lengths[row] positions predicts the first token.
  Tensor train_embedded(const Tensor& text, const compute::Lengths& phone_lengths,
                        const Tensor& tokens, const compute::Lengths& token_lengths,
                        Trace* trace = nullptr) const;

 private:
  struct Layer {
    Linear in_proj, out_proj, linear1, linear2;
    LayerNorm norm1, norm2;
  };
  struct Qkv {
    Tensor q, k, v;
  };

  Qkv project(const Layer& layer, const Tensor& x) const;
  Tensor finish_layer(const Layer& layer, const Tensor& x, const Tensor& attended,
                      float dropout) const;
  Tensor last_of_prefix(const Tensor& x, int64_t prefix, const compute::Lengths& lengths) const;
  Tensor add_positions(const Tensor& x, const Tensor& alpha) const;
  void check_positions(int64_t count, const char* what) const;

  T2sConfig config_;
  std::shared_ptr<Backend> backend_;
  Embedding phones_, tokens_;
  Linear bert_, predict_;
  Tensor text_alpha_, token_alpha_, positions_;
  std::vector<Layer> layers_;
};

/// Padded inputs and targets of T2s::train, as the reference makes them: inputs are the tokens with
/// the end token in the padding; targets [B, Ty + 1] are the tokens, the end token and its padding.
struct T2sTargets {
  std::vector<int64_t> inputs;    ///< [B, Ty]
  std::vector<int64_t> targets;   ///< [B, Ty + 1]
  int64_t rows = 0, columns = 0;  ///< B, Ty
};
T2sTargets t2s_targets(const std::vector<std::vector<int64_t>>& tokens, int64_t eos);

}  // namespace myna::models
