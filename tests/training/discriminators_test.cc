// The critics against the published implementation, with its file layout.
#include "models/discriminators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "compute/torch/torch_backend.h"
#include "models/golden_support.h"

namespace myna::training {
namespace {

using compute::Tensor;
using compute::TorchBackend;

constexpr int64_t kHop = 640, kSegment = 5120;

/// The real segments [2, 1, 5120] of the stored training step.
Tensor real_segments(TorchBackend& backend, const testing::GoldenGroup& golden) {
  const auto begins = golden.stored<int64_t>("train.ids_slice");
  const std::vector<int64_t> lengths = {18, 12};
  std::vector<float> values;
  for (size_t row = 0; row < 2; ++row) {
    auto wave =
        testing::golden_wave("input.small.train_wav" + std::to_string(row), 18 * kHop, 32000);
    std::fill(wave.begin() + lengths[row] * kHop, wave.end(), 0.0f);
    const auto begin = wave.begin() + begins[row] * kHop;
    values.insert(values.end(), begin, begin + kSegment);
  }
  return backend.from_host(tensor::HostTensor::from_floats({2, 1, kSegment}, std::move(values)));
}

TEST(Discriminators, MatchThePublishedOnes) {
  MYNA_REQUIRE_GROUP("sovits_small");
  const auto golden = testing::golden_group("sovits_small");
  compute::TorchOptions options;
  options.training = false;
  TorchBackend backend(options);
  const torch::NoGradGuard no_grad;
  testing::GoldenSource source("sovits_small", "discriminator");
  const models::Discriminators critics(backend, source, models::DiscriminatorConfig::official());
  EXPECT_THAT(source.unused(), ::testing::IsEmpty());
  EXPECT_EQ(backend.parameters().at("discriminators.5.convs.4.weight_v").sizes(),
            torch::IntArrayRef({1024, 1024, 5, 1}));

  const auto judgements = critics(real_segments(backend, golden));
  ASSERT_EQ(judgements.size(), 6u);
  std::vector<float> losses;
  for (const auto& judgement : judgements) {
    const auto scores = backend.unwrap(judgement.scores);
    losses.push_back((1 - scores).square().mean().item<float>());
  }
  golden.expect_close("train.disc_r", losses);

  // The reference flattens [frames, period]; here every phase of the period is a row.
  const auto last = backend.unwrap(judgements[5].scores);
  ASSERT_EQ(last.sizes(), torch::IntArrayRef({22, 1, 6}));
  const auto flat = last.view({2, 11, 6}).transpose(1, 2).reshape({2, 66});
  testing::expect_golden(golden, backend, "train.disc_out_last", backend.wrap(flat));
}

TEST(Discriminators, HaveGradientsForEveryParameter) {
  TorchBackend backend;
  models::FreshSource source(3);
  models::DiscriminatorConfig config;
  config.periods = {2, 5};
  config.period_channels = {4, 6};
  config.scale_channels = {4, 8};
  config.scale_group_width = 2;
  config.official_shapes = true;
  const models::Discriminators critics(backend, source, config);
  const auto wave = backend.wrap(torch::randn({2, 1, 403}));
  torch::Tensor loss = torch::zeros({});
  for (const auto& judgement : critics(wave)) {
    EXPECT_EQ(judgement.features.size(), 3u);
    loss = loss + backend.unwrap(judgement.scores).square().mean();
  }
  loss.backward();
  EXPECT_EQ(backend.parameters().size(), 3u * 4u * 3u);
  for (const auto& [name, value] : backend.parameters()) {
    ASSERT_TRUE(value.grad().defined()) << name;
    EXPECT_EQ(value.grad().sizes(), value.sizes()) << name;
    EXPECT_GT(value.grad().abs().sum().item<float>(), 0.0f) << name;
  }
}

}  // namespace
}  // namespace myna::training
