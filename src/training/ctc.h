// Connectionist temporal classification (Graves, Fernandez, Gomez, Schmidhuber, ICML 2006) on the
// CPU: the loss with its gradient in one pass over the logits. Paths and readings:
// models/ctc_path.h.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace myna::training {

/// -log P(target | logits) of one utterance by the forward-backward recursion in the log domain.
/// `log_probs` is [frames, classes] row-major. When `gradient` is not null it receives
/// d loss / d logits (softmax minus occupation), same layout. Returns infinity (and a zero
/// gradient) when the target does not fit into the frames.
double ctc_sequence(const float* log_probs, int64_t frames, int64_t classes,
                    std::span<const int32_t> target, int32_t blank, float* gradient);

/// Mean over utterances of loss / max(1, target length). logits [B, T, C], any device and floating
/// type (the recursion itself is f32 on the CPU);
/// frames beyond lengths[b] are ignored. Utterances whose target does not fit count as zero. A
/// differentiable scalar. Rows are spread over torch's threads.
at::Tensor ctc_loss(const at::Tensor& logits, const std::vector<int64_t>& lengths,
                    const std::vector<std::vector<int32_t>>& targets, int32_t blank);

/// Flat start: mean cross entropy against the targets spread evenly over each row's frames. A wrong
/// but informative alignment that leads CTC past the plateau on which every frame is blank; the way
/// hidden Markov models have always been started. Rows without targets do not count.
at::Tensor flat_start_loss(const at::Tensor& logits, const std::vector<int64_t>& lengths,
                           const std::vector<std::vector<int32_t>>& targets);

}  // namespace myna::training
