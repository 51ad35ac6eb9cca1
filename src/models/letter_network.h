// How English words that no dictionary holds are read: letters through Conformer-like layers to
// phones with stress (CTC). Every letter gives a few frames, so that one letter can be two phones.
// CTC reads each frame for itself; to let neighbours agree (is it re-CORD or REC-ord?) the layers
// named by `refine` show what they would read to the layers after them (self-conditioned CTC,
// Nozaki and Komatsu, Interspeech 2021).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "models/conformer_layer.h"

namespace myna::models {

struct LetterConfig {
  int64_t frames_per_letter = 2;
  int64_t dim = 128;
  int64_t layers = 5;
  int64_t heads = 4;
  int64_t ffn = 384;
  int64_t conv_kernel = 7;               ///< odd
  std::vector<int64_t> refine = {2, 4};  ///< 1-based, below `layers`
  std::vector<std::string> phones;       ///< ARPAbet with stress; class of a phone is its place
  float dropout = 0.05f;

  int64_t classes() const { return int64_t(phones.size()) + 1; }
  int64_t blank() const { return int64_t(phones.size()); }
  /// Input of the network for a word of the letters a-z; others are left out.
  std::vector<int64_t> frames(std::string_view word) const;

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static LetterConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

/// A word has one main stress: the first vowel takes it when none has, later ones give way.
void keep_one_main_stress(std::vector<std::string>* phones);

struct LetterOutput {
  Tensor logits;                ///< [B, T, classes]
  std::vector<Tensor> earlier;  ///< of the layers in `refine`, for training
};

/// Immutable; as thread-safe as its backend. Tensors: letters, layers.N (see ConformerLayer),
/// norm, output, feedback.
class LetterNetwork {
 public:
  LetterNetwork(Backend& backend, ParameterSource& source, LetterConfig config);

  const LetterConfig& config() const { return config_; }
  Backend& backend() const { return *backend_; }

  /// frames [B, T] kInt, rows end at `lengths` (empty: all frames count).
  LetterOutput forward(const Tensor& frames, const compute::Lengths& lengths = {}) const;

 private:
  Backend* backend_;
  LetterConfig config_;
  Embedding letters_;
  std::vector<ConformerLayer> layers_;
  LayerNorm norm_;
  Linear output_, feedback_;
};

}  // namespace myna::models
