#include "training/training_run.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/temp_dir.h"

namespace myna::training {
namespace {

/// A noisy regression whose steps use torch's generator, so that resuming must restore it.
struct Toy {
  at::Tensor weight = at::zeros({4, 4}).set_requires_grad(true);
  at::Tensor wanted = at::arange(16, at::kFloat).reshape({4, 4}) / 16;
  AdamW optimizer{{{"weight", weight}},
                  {.learning_rate = 0.05, .ema_decay = 0.9, .warmup_steps = 2}};

  Figures step(int64_t number, double) {
    optimizer.zero_grad();
    const at::Tensor noise = at::randn({4, 4}) * 0.01;
    const at::Tensor loss = (weight - wanted + noise).square().mean();
    loss.backward();
    optimizer.step(schedule_factor(optimizer.options(), number, 0));
    return {{"loss", loss.item<double>()}};
  }
};

at::Tensor train(const std::filesystem::path& out, std::vector<int64_t> budgets) {
  at::Tensor result;
  for (const int64_t budget : budgets) {
    RunOptions options;
    options.out = out;
    options.max_steps = budget;
    prepare_torch(options);
    Toy toy;
    TrainingRun run(options, {{"model", {{"size", 4}}}}, {});
    run.add("toy", toy.optimizer);
    run.resume();
    run.run([&](int64_t n, double p) { return toy.step(n, p); });
    result = toy.weight.detach().clone();
  }
  return result;
}

TEST(TrainingRun, AResumedRunContinuesExactly) {
  const myna::testing::TempDir one, two;
  EXPECT_TRUE(at::equal(train(one.path(), {40}), train(two.path(), {13, 40})));
}

TEST(TrainingRun, LossFallsAndTwoSnapshotsAreKept) {
  const myna::testing::TempDir folder;
  const at::Tensor weight = train(folder.path(), {50, 100, 150, 300});
  // From 0.94 at the start; the noise keeps Adam moving by a few steps of 0.05 around the optimum.
  EXPECT_LT((weight - Toy().wanted).abs().max().item<float>(), 0.2f);
  int snapshots = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    snapshots += entry.path().extension() == ".safetensors";
  EXPECT_EQ(snapshots, 2);
}

TEST(TrainingRun, RefusesAnotherNetworkInTheSameFolder) {
  const myna::testing::TempDir folder;
  train(folder.path(), {2});
  RunOptions options;
  options.out = folder.path();
  options.max_steps = 4;
  Toy toy;
  TrainingRun run(options, {{"model", {{"size", 5}}}}, {});
  run.add("toy", toy.optimizer);
  EXPECT_THROW(run.resume(), Error);
}

TEST(TrainingRun, NeedsABudget) {
  const myna::testing::TempDir folder;
  RunOptions options;
  options.out = folder.path();
  EXPECT_THROW(TrainingRun(options, {}, {}), Error);
}

TEST(TrainingRun, StopsAndSavesWhenCancelled) {
  const myna::testing::TempDir folder;
  RunOptions options;
  options.out = folder.path();
  options.max_steps = 100;
  Toy toy;
  TrainingRun run(options, {{"model", 1}}, {});
  run.add("toy", toy.optimizer);
  const bool finished = run.run([&](int64_t n, double p) {
    if (n == 4) options.cancel.cancel();
    return toy.step(n, p);
  });
  EXPECT_FALSE(finished);
  EXPECT_EQ(load_newest_checkpoint(folder.path())->step, 5);
}

TEST(Schedule, WarmsUpThenFallsToTheFinalShare) {
  const OptimizerOptions options{.warmup_steps = 10, .final_share = 0.1};
  EXPECT_NEAR(schedule_factor(options, 0, 0.0), 0.1, 1e-12);
  EXPECT_NEAR(schedule_factor(options, 9, 0.0), 1.0, 1e-12);
  EXPECT_NEAR(schedule_factor(options, 1000, 0.5), 0.55, 1e-12);
  EXPECT_NEAR(schedule_factor(options, 1000, 1.0), 0.1, 1e-12);
}

TEST(AdamW, LeavesWeightsAloneWhenTheGradientIsNotFinite) {
  Toy toy;
  toy.weight.mutable_grad() = at::full({4, 4}, std::numeric_limits<float>::infinity());
  EXPECT_FALSE(std::isfinite(toy.optimizer.step(1.0)));
  EXPECT_EQ(toy.weight.abs().max().item<float>(), 0.0f);
}

TEST(AdamW, EqualsTheFormula) {
  at::Tensor w = at::full({2, 2}, 1.0f).set_requires_grad(true);
  AdamW optimizer(
      {{"w", w}},
      {.learning_rate = 0.1, .beta1 = 0.9, .beta2 = 0.99, .weight_decay = 0.5, .clip = 0});
  w.mutable_grad() = at::full({2, 2}, 0.3f);
  optimizer.step(1.0);
  // First step: both corrected moments reduce to g and g^2.
  EXPECT_NEAR(w[0][0].item<float>(), 1.0 - 0.1 * (1.0 + 0.5 * 1.0), 1e-6);
}

}  // namespace
}  // namespace myna::training
