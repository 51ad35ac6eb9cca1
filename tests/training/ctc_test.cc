#include "training/ctc.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/ctc_path.h"

namespace myna::training {
namespace {

/// Sum over all paths of `frames` classes that read as `target`.
double brute_force(const at::Tensor& log_probs, const std::vector<int32_t>& target, int32_t blank) {
  const int64_t frames = log_probs.size(0), classes = log_probs.size(1);
  int64_t paths = 1;
  for (int64_t t = 0; t < frames; ++t) paths *= classes;
  double sum = 0;
  for (int64_t path = 0; path < paths; ++path) {
    std::vector<int32_t> read;
    double log_prob = 0;
    int32_t before = blank;
    for (int64_t t = 0, rest = path; t < frames; ++t, rest /= classes) {
      const int32_t now = int32_t(rest % classes);
      log_prob += log_probs[t][now].item<double>();
      if (now != before && now != blank) read.push_back(now);
      before = now;
    }
    if (read == target) sum += std::exp(log_prob);
  }
  return -std::log(sum);
}

TEST(Ctc, EqualsTheSumOverAllPaths) {
  at::manual_seed(3);
  const std::vector<std::vector<int32_t>> targets = {{0}, {1, 0}, {0, 0}, {2, 1, 2}, {}};
  for (const auto& target : targets) {
    const at::Tensor log_probs = at::randn({6, 4}).mul(2).log_softmax(-1).contiguous();
    const double loss = ctc_sequence(log_probs.data_ptr<float>(), 6, 4, target, 3, nullptr);
    // f32 recursion over six frames: a few units of rounding.
    EXPECT_NEAR(loss, brute_force(log_probs, target, 3), 2e-5);
  }
}

TEST(Ctc, AlignmentIsTheMostLikelyPath) {
  at::manual_seed(5);
  const int64_t frames = 6, classes = 4;
  const int32_t blank = 3;
  const std::vector<std::vector<int32_t>> targets = {{0}, {1, 0}, {0, 0}, {2, 1, 2}, {1, 1, 1}, {}};
  for (const auto& target : targets) {
    const at::Tensor log_probs = at::randn({frames, classes}).mul(2).log_softmax(-1).contiguous();
    const float* probs = log_probs.data_ptr<float>();
    double best = -1e9;
    for (int64_t path = 0; path < 4096; ++path) {  // classes ^ frames
      std::vector<int32_t> read;
      double log_prob = 0;
      int32_t before = blank;
      for (int64_t t = 0, rest = path; t < frames; ++t, rest /= classes) {
        const auto now = int32_t(rest % classes);
        log_prob += probs[t * classes + now];
        if (now != before && now != blank) read.push_back(now);
        before = now;
      }
      if (read == target) best = std::max(best, log_prob);
    }
    const auto path = models::ctc_align(probs, frames, classes, target, blank);
    ASSERT_TRUE(path);
    EXPECT_NEAR(path->log_prob, best, 2e-5);
    // The path is what its own frames add up to, and it reads as the target.
    double sum = 0;
    std::vector<int32_t> read;
    int32_t before = -1;
    for (int64_t t = 0; t < frames; ++t) {
      const int32_t at = path->symbols[size_t(t)];
      sum += probs[t * classes + (at < 0 ? blank : target[size_t(at)])];
      if (at >= 0 && at != before) read.push_back(target[size_t(at)]);
      before = at;
    }
    EXPECT_NEAR(sum, best, 2e-5);
    EXPECT_EQ(read, target);
  }
}

TEST(Ctc, NoAlignmentWhereTheTargetDoesNotFit) {
  const at::Tensor log_probs = at::zeros({4, 3}).log_softmax(-1).contiguous();
  const std::vector<int32_t> fits = {0, 0, 1}, repeats = {0, 0, 0}, none = {};
  EXPECT_TRUE(models::ctc_align(log_probs.data_ptr<float>(), 4, 3, fits, 2));
  EXPECT_FALSE(models::ctc_align(log_probs.data_ptr<float>(), 4, 3, repeats, 2));  // 3 and 2 blanks
  EXPECT_FALSE(models::ctc_align(log_probs.data_ptr<float>(), 0, 3, none, 2));
}

TEST(Ctc, GradientEqualsFiniteDifferences) {
  at::manual_seed(4);
  const at::Tensor start = at::randn({2, 7, 5}, at::kDouble);
  const std::vector<int64_t> lengths = {7, 5};
  const std::vector<std::vector<int32_t>> targets = {{1, 1, 3}, {2, 0}};
  at::Tensor logits = start.clone().set_requires_grad(true);
  ctc_loss(logits, lengths, targets, 4).backward();
  // The recursion is f32, so the step is large: error about 1e-6 / step + step^2.
  const double step = 1e-2;
  for (const auto& [b, t, c] : std::vector<std::array<int64_t, 3>>{
           {0, 0, 1}, {0, 3, 4}, {0, 6, 3}, {1, 2, 0}, {1, 4, 2}, {1, 6, 2}}) {
    at::Tensor up = start.clone(), down = start.clone();
    up[b][t][c] += step;
    down[b][t][c] -= step;
    const double numeric = (ctc_loss(up, lengths, targets, 4).item<double>() -
                            ctc_loss(down, lengths, targets, 4).item<double>()) /
                           (2 * step);
    EXPECT_NEAR(logits.grad()[b][t][c].item<double>(), numeric, 5e-4);
  }
}

TEST(Ctc, ATargetThatDoesNotFitCostsAndTeachesNothing) {
  at::Tensor logits = at::randn({1, 3, 4}).set_requires_grad(true);
  const at::Tensor loss = ctc_loss(logits, {3}, {{0, 0, 1}}, 3);  // needs 4 frames
  EXPECT_EQ(loss.item<float>(), 0.0f);
  loss.backward();
  EXPECT_EQ(logits.grad().abs().max().item<float>(), 0.0f);
}

}  // namespace
}  // namespace myna::training
