// What a network trained by connectionist temporal classification (Graves et al., ICML 2006) says:
// its greedy reading, and the most likely path of a given text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace myna::models {

/// Best class per frame, repeats merged, blanks dropped. `scores`: logits or log probabilities
/// [frames, classes] row-major.
std::vector<int32_t> ctc_greedy(std::span<const float> scores, int64_t classes, int32_t blank);

/// Frames that a target takes at least: one per symbol and one blank between equal neighbours.
int64_t ctc_frames_needed(std::span<const int32_t> target);

struct CtcPath {
  std::vector<int32_t> symbols;  ///< per frame the index into the target, -1 for a blank
  double log_prob = 0;           ///< of the whole path
};

/// Forced alignment: the single most likely path that reads as `target` (Viterbi). `log_probs`
/// [frames, classes] row-major. Nothing when the target does not fit into the frames.
std::optional<CtcPath> ctc_align(const float* log_probs, int64_t frames, int64_t classes,
                                 std::span<const int32_t> target, int32_t blank);

/// Turns logits [frames, classes] into log probabilities in place.
void log_softmax_rows(std::span<float> logits, int64_t classes);

}  // namespace myna::models
