// How English words that no dictionary holds are read. Every letter becomes a sound: no phone, one
// or two, with stress ("x" -> "K S"). Conformer-like layers see the whole word; the sound of a
// letter is then chosen in view of its neighbourhood and of the sounds of the letters before it, so
// that re-CORD and REC-ord do not mix (a joint-sequence model, Bisani and Ney 2008, with a network
// in the place of n-grams; the alignment is fixed, as in Yao and Zweig, "Sequence-to-sequence
// neural net models for grapheme-to-phoneme conversion", 2015).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "models/conformer_layer.h"

namespace myna::models {

struct LetterConfig {
  int64_t dim = 128;
  int64_t layers = 4;
  int64_t heads = 4;
  int64_t ffn = 256;
  int64_t conv_kernel = 7;    ///< odd
  int64_t history = 8;        ///< sounds that are looked back at
  int64_t history_dim = 32;   ///< width of each
  int64_t choice_layers = 2;  ///< feed-forward layers that weigh letter and history
  float dropout = 0.1f;
  /// Phones of each sound, parted by a blank; "" is silent.
  std::vector<std::string> sounds;

  int64_t classes() const { return int64_t(sounds.size()); }
  /// What the network is told of the sounds read so far: the last `history` of them, newest first,
  /// and whether a stress has been given. `history` + 1 numbers below history_rows().
  std::vector<int64_t> history_of(std::span<const int64_t> sounds_so_far) const;
  int64_t history_rows() const { return classes() + 4; }

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static LetterConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// The letters a-z of `word` as numbers from 0; others are left out.
std::vector<int64_t> letters_of(std::string_view word);

/// Immutable; as thread-safe as its backend. Tensors: letters, layers.N (see ConformerLayer), norm,
/// history, from_history, choice.N.{norm,up,down}, output_norm, output.
class LetterNetwork {
 public:
  LetterNetwork(Backend& backend, ParameterSource& source, LetterConfig config);

  const LetterConfig& config() const { return config_; }
  Backend& backend() const { return *backend_; }

  /// letters [B, T] kInt, rows end at `lengths` (empty: all count) -> [B, T, dim].
  Tensor encode(const Tensor& letters, const compute::Lengths& lengths = {}) const;
  /// encoded [B, T, dim], history [B, T, history + 1] kInt -> scores of the sounds, as logits.
  Tensor choose(const Tensor& encoded, const Tensor& history) const;

 private:
  struct Choice {
    LayerNorm norm;
    Linear up, down;
  };
  Backend* backend_;
  LetterConfig config_;
  Embedding letters_, history_;
  std::vector<ConformerLayer> layers_;
  LayerNorm norm_, output_norm_;
  Linear from_history_, output_;
  std::vector<Choice> choices_;
};

/// The most probable phones of each word (beam search over sounds; `beam` >= 1), with one main
/// stress. `words`: see letters_of; all are read at once. Words without letters give no phones.
std::vector<std::vector<std::string>> read_words(const LetterNetwork& network,
                                                 const std::vector<std::vector<int64_t>>& words,
                                                 int64_t beam);

}  // namespace myna::models
