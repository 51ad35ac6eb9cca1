// Choosing the next semantic token from the decoder's logits, on the host.
//
// Order of the steps (AR/models/utils.py of the reference): the end token is blocked for the first
// steps, the repetition penalty is applied to every earlier token (the prompt included), nucleus
// filtering (top-p) before the temperature, then top-k, softmax, and the exponential race
// argmax(p / q) with q ~ Exp(1).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace myna::models {

struct SamplingOptions {
  int top_k = 15;      ///< 0: off; 1: greedy
  float top_p = 1.0f;  ///< 1: off
  float temperature = 1.0f;
  float repetition_penalty = 1.35f;
  int repetition_window = 0;  ///< how many of the latest tokens are penalised; 0: all of them
  int min_tokens = 11;        ///< the end token cannot be chosen before so many tokens
  int max_tokens = 1500;      ///< speaking stops here even without an end token
  /// The reference also stops when the end token has the highest penalised logit but was not
  /// drawn. Off: only a drawn end token ends the sentence.
  bool end_on_argmax = true;

  /// Throws Error(kUsage) naming the field that is out of range.
  void check() const;
};

/// Penalises in place the logits of every token in `previous` once.
void penalise_repetition(std::span<float> logits, std::span<const int64_t> previous, float penalty);

/// Probabilities after top-p, temperature, top-k and softmax; exactly zero where filtered.
/// Only the fields of those steps are used.
std::vector<float> filtered_probabilities(std::span<const float> logits,
                                          const SamplingOptions& options);

/// argmax(probabilities / races): a draw from `probabilities` when races are Exp(1).
int64_t race(std::span<const float> probabilities, std::span<const float> races);

struct Choice {
  int64_t token = 0;
  bool end = false;  ///< the sentence ends here; `token` is not spoken
};

/// The step'th token (0 is the first generated one). `logits` are modified. `previous`: prompt
/// and generated tokens so far. Draws from `rng` once per candidate that survives the filters.
Choice choose_token(std::span<float> logits, std::span<const int64_t> previous, int step,
                    int64_t end_token, const SamplingOptions& options, Rng& rng);

}  // namespace myna::models
