// What TorchBackend promises beyond the operations: parameters, modes, memory, cached decoding.
#include "compute/torch/torch_backend.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/error.h"
#include "compute/torch/frame_functions.h"
#include "compute/torch/onednn.h"
#include "compute/torch/op_cases.h"

namespace myna::compute::testing {
namespace {

TEST(TorchParameters, AreSharedByName) {
  TorchBackend b;
  const auto first = b.unwrap(b.parameter(param("shared", {2, 3})));
  const auto second = b.unwrap(b.parameter(param("shared", {2, 3})));
  EXPECT_EQ(first.data_ptr(), second.data_ptr());
  EXPECT_EQ(b.parameters().size(), 1u);
  EXPECT_TRUE(first.requires_grad());
  EXPECT_TRUE(first.is_leaf());
  EXPECT_THROW(b.parameter(param("shared", {3, 2})), Error);
}

TEST(TorchParameters, WeightNormKeepsBothPartsTrainable) {
  TorchBackend b;
  ConvSpec spec;
  spec.in = 3, spec.out = 4, spec.kernel = 5;
  const WeightParameter weight = {
      {}, param("c.weight_g", {4, 1, 1}, 2.0f), param("c.weight_v", {4, 3, 5})};
  const auto w = b.conv_weights(spec, weight, param("c.bias", {4}));
  const auto x = b.from_host(draw("x", {2, 3, 9}));
  const auto y = b.conv1d(x, w);
  // An optimiser step must be seen by the next pass: nothing is folded or cached.
  {
    const torch::NoGradGuard no_grad;
    b.parameters().at("c.weight_g").mul_(3.0);
    b.parameters().at("c.bias").zero_();
  }
  const auto bias = b.unwrap(b.from_host(draw("c.bias", {4}))).view({1, 4, 1});
  const auto wanted = (b.unwrap(y) - bias) * 3.0;
  EXPECT_LT((b.unwrap(b.conv1d(x, w)) - wanted).abs().max().item<float>(), 1e-5f);
  EXPECT_EQ(b.parameters().size(), 3u);
}

TEST(TorchParameters, FrozenAndUntrainableOnesGetNoGradient) {
  TorchBackend b;
  b.set_trainable([](const std::string& name) { return name != "kept"; });
  Parameter frozen = param("codebook", {2, 2});
  frozen.frozen = true;
  EXPECT_FALSE(b.unwrap(b.parameter(frozen)).requires_grad());
  EXPECT_TRUE(b.buffers().count("codebook"));
  EXPECT_FALSE(b.unwrap(b.parameter(param("kept", {2}))).requires_grad());
  EXPECT_TRUE(b.unwrap(b.parameter(param("trained", {2}))).requires_grad());
  EXPECT_TRUE(b.unwrap(b.buffer(param("filter", {2}))).is_leaf());
  EXPECT_EQ(b.parameters().size(), 2u);
  Parameter unnamed = param("", {2});
  unnamed.frozen = true;
  b.parameter(unnamed);
  EXPECT_EQ(b.buffers().size(), 2u);
}

TEST(TorchParameters, InferenceNeedsNoGradients) {
  TorchOptions options;
  options.training = false;
  TorchBackend b(options);
  EXPECT_FALSE(b.unwrap(b.parameter(param("w", {2}))).requires_grad());
}

TEST(TorchBackendDevice, RefusesAbsentDevices) {
  TorchOptions options;
  options.device = "abacus";
  try {
    TorchBackend b(options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_EQ(error.subject(), "abacus");
  }
}

TEST(TorchBackendShapes, NameTheOperation) {
  TorchBackend b;
  const auto w = b.linear_weights({4, 5}, param("w", {5, 4}), {});
  try {
    b.linear(b.from_host(draw("x", {2, 3})), w);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInternal);
    EXPECT_EQ(error.subject(), "linear");
  }
  EXPECT_THROW(b.conv1d(b.from_host(draw("x", {1, 4, 4})), w), Error);
  EXPECT_THROW(b.linear_weights({4, 4}, param("w", {5, 4}), {}), Error);
}

// Rows are rounded up to a multiple inside; results must not depend on that.
TEST(TorchLinear, AnyNumberOfRowsGivesTheSameRows) {
  TorchOptions options;
  options.autocast_bf16 = true;
  TorchBackend b(options);
  const auto w = b.linear_weights({33, 17}, param("w", {17, 33}), param("b", {17}));
  const auto all = b.unwrap(b.from_host(draw("x", {1100, 33})));
  const auto wanted = b.unwrap(b.linear(b.wrap(all), w));
  for (const int64_t rows : {1, 15, 16, 17, 511, 513, 1025}) {
    auto x = all.slice(0, 0, rows).clone().set_requires_grad(true);
    auto y = b.unwrap(b.linear(b.wrap(x), w));
    ASSERT_EQ(y.size(0), rows);
    EXPECT_LT((y - wanted.slice(0, 0, rows)).abs().max().item<float>(), 1e-4f) << rows;
    y.sum().backward();
    ASSERT_EQ(x.grad().size(0), rows);
    auto& bias = b.parameters().at("b");
    EXPECT_FLOAT_EQ(bias.grad()[3].item<float>(), float(rows));
    bias.mutable_grad() = torch::Tensor();
  }
}

TEST(TorchDropout, HonoursTheModeTheSeedAndTheRate) {
  TorchBackend b;
  const auto x = torch::ones({50, 2000}, torch::requires_grad());
  torch::manual_seed(5);
  const auto y = b.unwrap(b.dropout(b.wrap(x), 0.2f));
  torch::manual_seed(5);
  EXPECT_TRUE(torch::equal(y, b.unwrap(b.dropout(b.wrap(x), 0.2f))));
  EXPECT_FALSE(torch::equal(y, b.unwrap(b.dropout(b.wrap(x), 0.2f))));
  // 100,000 choices: the standard deviation of the share kept is 0.0013.
  EXPECT_NEAR((y > 0).to(torch::kFloat).mean().item<float>(), 0.8f, 0.006f);
  EXPECT_FLOAT_EQ(y.max().item<float>(), 1.25f);
  const auto rows = (y > 0).to(torch::kFloat).mean(1);
  EXPECT_LT((rows - 0.8f).abs().max().item<float>(), 0.05f);  // 5.6 deviations of one row
  y.sum().backward();
  EXPECT_TRUE(torch::equal(x.grad(), y.detach()));  // the same elements are kept
  b.set_training(false);
  EXPECT_TRUE(torch::equal(x, b.unwrap(b.dropout(b.wrap(x), 0.2f))));
}

TEST(TorchDropout, GradientKeepsTheSameElementsInAnyLayout) {
  const auto x = torch::ones({3, 40, 50}, torch::requires_grad());
  torch::manual_seed(6);
  const auto y = frames::dropout(x.transpose(1, 2), 0.5);
  // The gradient arrives in another memory layout than the input had.
  y.backward(torch::ones({3, 40, 50}).transpose(1, 2));
  EXPECT_TRUE(torch::equal(x.grad(), y.detach().transpose(1, 2)));
}

TEST(TorchKvCache, StepsEqualTheWholeSequence) {
  TorchBackend b;
  const torch::NoGradGuard no_grad;
  const int64_t heads = 2, width = 8, prompt = 4, total = 7;
  const auto q = torch::randn({2, total, width}), k = torch::randn({2, total, width}),
             v = torch::randn({2, total, width});
  AttentionMask causal;
  causal.kind = AttentionMask::Kind::kCausal;
  const auto whole = b.unwrap(b.attention(b.wrap(q), b.wrap(k), b.wrap(v), heads, causal));
  const auto cache = b.make_kv_cache(1, 3, width, heads, 16);
  // Rows of different lengths: row 0 starts with the prompt, row 1 is dropped, row 2 starts later.
  auto fill = [&](int64_t row, int64_t batch, int64_t frames) {
    b.cache_fill(*cache, 0, row, b.wrap(k.slice(0, batch, batch + 1).slice(1, 0, frames)),
                 b.wrap(v.slice(0, batch, batch + 1).slice(1, 0, frames)));
  };
  fill(0, 0, prompt);
  fill(1, 0, prompt);
  fill(2, 1, prompt - 2);
  cache->drop_row(1);
  ASSERT_EQ(cache->rows(), 2);
  EXPECT_EQ(cache->length(1), prompt - 2);
  for (int64_t step = 0; step < 3; ++step) {
    auto at = [&](const torch::Tensor& x) {
      return b.wrap(torch::cat({x.slice(0, 0, 1).slice(1, prompt + step, prompt + step + 1),
                                x.slice(0, 1, 2).slice(1, prompt - 2 + step, prompt - 1 + step)}));
    };
    const auto y = b.unwrap(b.cached_attention(*cache, 0, at(q), at(k), at(v)));
    EXPECT_LT((y[0][0] - whole[0][prompt + step]).abs().max().item<float>(), 1e-5f);
    EXPECT_LT((y[1][0] - whole[1][prompt - 2 + step]).abs().max().item<float>(), 1e-5f);
  }
  fill(0, 0, total);
  EXPECT_EQ(cache->length(0), total + total);
  EXPECT_THROW(fill(0, 0, total), Error);  // 14 + 7 positions do not fit into 16
}

}  // namespace
}  // namespace myna::compute::testing
