#include "training/ctc.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "models/ctc_path.h"

namespace myna::training {
namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

float log_add(float a, float b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

class CtcFunction : public torch::autograd::Function<CtcFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
                            const std::vector<int64_t>& lengths,
                            const std::vector<std::vector<int32_t>>& targets, int64_t blank) {
    const int64_t batch = logits.size(0), frames = logits.size(1), classes = logits.size(2);
    const at::Tensor log_probs = logits.to(at::kCPU, at::kFloat).log_softmax(-1).contiguous();
    at::Tensor gradient = at::zeros_like(log_probs);
    std::vector<double> losses(static_cast<size_t>(batch));
    at::parallel_for(0, batch, 1, [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        const auto& target = targets[size_t(b)];
        float* row = gradient.data_ptr<float>() + b * frames * classes;
        const double loss = ctc_sequence(log_probs.data_ptr<float>() + b * frames * classes,
                                         lengths[size_t(b)], classes, target, int32_t(blank), row);
        if (!std::isfinite(loss)) continue;
        const double weight = 1.0 / (double(batch) * double(std::max<size_t>(1, target.size())));
        losses[size_t(b)] = loss * weight;
        for (int64_t i = 0; i < lengths[size_t(b)] * classes; ++i) row[i] *= float(weight);
      }
    });
    double sum = 0;
    for (const double loss : losses) sum += loss;
    context->save_for_backward({gradient.to(logits.device(), logits.scalar_type())});
    return at::scalar_tensor(sum, logits.options());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list outputs) {
    return {context->get_saved_variables()[0] * outputs[0], at::Tensor(), at::Tensor(),
            at::Tensor()};
  }
};

}  // namespace

double ctc_sequence(const float* log_probs, int64_t frames, int64_t classes,
                    std::span<const int32_t> target, int32_t blank, float* gradient) {
  if (models::ctc_frames_needed(target) > frames) return std::numeric_limits<double>::infinity();
  const int64_t states = 2 * int64_t(target.size()) + 1;
  const auto symbol = [&](int64_t s) { return s % 2 ? target[size_t(s / 2)] : blank; };
  const auto may_skip = [&](int64_t s) {  // from s - 2 to s
    return s % 2 == 1 && s >= 2 && symbol(s) != symbol(s - 2);
  };
  std::vector<float> alpha(size_t(frames * states), kImpossible);
  std::vector<float> beta(size_t(frames * states), kImpossible);

  alpha[0] = log_probs[blank];
  if (states > 1) alpha[1] = log_probs[symbol(1)];
  for (int64_t t = 1; t < frames; ++t) {
    const float* before = alpha.data() + (t - 1) * states;
    float* now = alpha.data() + t * states;
    const float* probs = log_probs + t * classes;
    const int64_t first = std::max<int64_t>(0, states - 2 * (frames - t));
    const int64_t last = std::min(states, 2 * (t + 1));
    for (int64_t s = first; s < last; ++s) {
      float sum = before[s];
      if (s >= 1) sum = log_add(sum, before[s - 1]);
      if (may_skip(s)) sum = log_add(sum, before[s - 2]);
      now[s] = sum == kImpossible ? sum : sum + probs[symbol(s)];
    }
  }
  const float* end = alpha.data() + (frames - 1) * states;
  const float total = states > 1 ? log_add(end[states - 1], end[states - 2]) : end[0];
  if (total == kImpossible) return std::numeric_limits<double>::infinity();
  if (gradient == nullptr) return -double(total);

  // beta[t][s]: probability of the rest after frame t, frame t itself not counted.
  float* tail = beta.data() + (frames - 1) * states;
  tail[states - 1] = 0;
  if (states > 1) tail[states - 2] = 0;
  for (int64_t t = frames - 2; t >= 0; --t) {
    const float* after = beta.data() + (t + 1) * states;
    float* now = beta.data() + t * states;
    const float* probs = log_probs + (t + 1) * classes;
    const int64_t first = std::max<int64_t>(0, states - 2 * (frames - t));
    const int64_t last = std::min(states, 2 * (t + 1));
    for (int64_t s = first; s < last; ++s) {
      float sum = after[s] + probs[symbol(s)];
      if (s + 1 < states) sum = log_add(sum, after[s + 1] + probs[symbol(s + 1)]);
      if (s + 2 < states && may_skip(s + 2))
        sum = log_add(sum, after[s + 2] + probs[symbol(s + 2)]);
      now[s] = sum;
    }
  }
  for (int64_t t = 0; t < frames; ++t) {
    float* row = gradient + t * classes;
    const float* probs = log_probs + t * classes;
    for (int64_t c = 0; c < classes; ++c) row[c] = std::exp(probs[c]);
    for (int64_t s = 0; s < states; ++s) {
      const float occupation = alpha[size_t(t * states + s)] + beta[size_t(t * states + s)] - total;
      if (occupation > kImpossible) row[symbol(s)] -= std::exp(occupation);
    }
  }
  return -double(total);
}

at::Tensor ctc_loss(const at::Tensor& logits, const std::vector<int64_t>& lengths,
                    const std::vector<std::vector<int32_t>>& targets, int32_t blank) {
  const int64_t batch = logits.size(0);
  if (int64_t(lengths.size()) != batch || int64_t(targets.size()) != batch)
    throw Error(ErrorCode::kInternal, "ctc_loss: one length and one target per row are needed");
  return CtcFunction::apply(logits, lengths, targets, int64_t(blank));
}

at::Tensor flat_start_loss(const at::Tensor& logits, const std::vector<int64_t>& lengths,
                           const std::vector<std::vector<int32_t>>& targets) {
  constexpr int64_t kIgnored = -100;
  const int64_t rows = logits.size(0), frames = logits.size(1);
  at::Tensor labels = at::full({rows, frames}, kIgnored, at::kLong);
  auto label = labels.accessor<int64_t, 2>();
  for (int64_t row = 0; row < rows; ++row) {
    const auto& target = targets[size_t(row)];
    const int64_t length = std::min(lengths[size_t(row)], frames);
    if (target.empty()) continue;
    for (int64_t t = 0; t < length; ++t) {
      label[row][t] = target[size_t(t * int64_t(target.size()) / length)];
    }
  }
  return at::cross_entropy_loss(logits.flatten(0, 1).to(at::kFloat),
                                labels.flatten().to(logits.device()), {}, at::Reduction::Mean,
                                kIgnored);
}

}  // namespace myna::training
