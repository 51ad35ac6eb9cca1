// One training step of the text-to-semantic decoder against the published trainer: the loss and the
// gradient norm of every parameter, in f32 without dropout.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compute/torch/torch_backend.h"
#include "models/t2s_golden.h"

namespace myna::training {
namespace {

TEST(T2sReference, LossAndGradientsOfTheReducedModel) {
  MYNA_REQUIRE_GROUP("t2s_small");
  const auto backend = std::make_shared<compute::TorchBackend>(
      compute::TorchOptions{.device = "cpu", .training = true});
  testing::T2sGolden golden(backend, "t2s_small", "small");
  backend->set_training(false);  // no dropout; the parameters still require gradients

  const auto batch = golden.training_batch();
  const auto logits = backend->unwrap(batch.logits);
  const auto targets = torch::from_blob(const_cast<int64_t*>(batch.targets.targets.data()),
                                        {int64_t(batch.targets.targets.size())}, torch::kInt64);
  const auto loss = at::cross_entropy_loss(logits.reshape({-1, logits.size(-1)}), targets, {},
                                           at::Reduction::Sum);
  // The other stored losses are the accuracy and those of the preference pass.
  auto losses = golden.group().stored<float>("small.train.loss");
  losses[0] = loss.item<float>();
  golden.group().expect_close("small.train.loss", losses);
  loss.backward();

  std::vector<float> norms;
  for (const auto& name : golden.info().at("train").at("grad_order")) {
    const auto& gradient = backend->parameters().at("model." + name.get<std::string>()).grad();
    ASSERT_TRUE(gradient.defined()) << name;
    norms.push_back(gradient.norm().item<float>());
  }
  golden.group().expect_close("small.train.grad_norm", norms);
}

}  // namespace
}  // namespace myna::training
