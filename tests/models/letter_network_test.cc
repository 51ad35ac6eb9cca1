#include "models/letter_network.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

LetterConfig tiny() {
  LetterConfig config;
  config.dim = 16;
  config.layers = 3;
  config.heads = 2;
  config.ffn = 24;
  config.conv_kernel = 5;
  config.refine = {2};
  config.phones = {"AA1", "B", "K"};
  return config;
}

class LetterNetworkTest : public ::testing::Test {
 protected:
  LetterNetworkTest()
      : backend_(compute::make_cpu_backend({.bf16 = false})),
        source_(5),
        network_(*backend_, source_, tiny()) {}
  std::shared_ptr<Backend> backend_;
  FreshSource source_;
  LetterNetwork network_;
};

TEST_F(LetterNetworkTest, EveryLetterGivesItsFrames) {
  EXPECT_EQ(tiny().frames("b-a"), (std::vector<int64_t>{2, 3, 0, 1}));
  EXPECT_EQ(tiny().classes(), 4);
  EXPECT_EQ(tiny().blank(), 3);
}

TEST_F(LetterNetworkTest, APaddedWordIsWhatTheWordAloneIs) {
  const auto batch = network_.forward(
      backend_->from_host(HostTensor::from_ints({2, 6}, {4, 5, 0, 1, 38, 39, 6, 7, 0, 1, 0, 0})),
      {6, 4});
  EXPECT_EQ(batch.logits.shape(), (Shape{2, 6, 4}));
  EXPECT_EQ(batch.earlier.size(), 1u);
  const auto alone =
      network_.forward(backend_->from_host(HostTensor::from_ints({1, 4}, {6, 7, 0, 1})));
  const auto both = backend_->to_host(batch.logits).to_floats();
  const auto one = backend_->to_host(alone.logits).to_floats();
  for (size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(both[24 + i], one[i], 1e-4f) << i;
}

TEST_F(LetterNetworkTest, ConfigurationsComeBackAndBadOnesAreRefused) {
  const LetterConfig again = LetterConfig::from_json(tiny().to_json(), "test");
  EXPECT_EQ(again.to_json(), tiny().to_json());
  Json bad = tiny().to_json();
  bad["refine"] = {3};
  EXPECT_THROW(LetterConfig::from_json(bad, "test"), Error);
}

TEST(LetterStress, AWordHasOneMainStress) {
  std::vector<std::string> none = {"B", "AH0", "T", "ER0"}, two = {"AE1", "K", "IH1"};
  keep_one_main_stress(&none);
  keep_one_main_stress(&two);
  EXPECT_EQ(none, (std::vector<std::string>{"B", "AH1", "T", "ER0"}));
  EXPECT_EQ(two, (std::vector<std::string>{"AE1", "K", "IH2"}));
}

}  // namespace
}  // namespace myna::models
