// Determinism and concurrent use of the CPU backend.
#include <hwy/targets.h>

#include <cstring>
#include <thread>

#include "compute/compute_support.h"

namespace myna::compute::testing {
namespace {

// A little network that uses every kind of kernel.
struct Network {
  explicit Network(Backend& b) {
    up = b.conv_weights({.in = 48,
                         .out = 24,
                         .kernel = 8,
                         .stride = 4,
                         .pad_left = 2,
                         .pad_right = 2,
                         .transposed = true},
                        {.weight = {"up", host({48, 24, 8}, 1, 0.2f)}}, {"b", host({24}, 2)});
    conv = b.conv_weights(
        {.in = 24, .out = 24, .kernel = 7, .dilation = 3, .pad_left = 9, .pad_right = 9},
        {.weight = {"conv", host({24, 24, 7}, 3, 0.2f)}}, {"b", host({24}, 4)});
    depthwise = b.conv_weights(
        {.in = 24, .out = 24, .kernel = 7, .groups = 24, .pad_left = 3, .pad_right = 3},
        {.weight = {"depthwise", host({24, 1, 7}, 5)}}, {});
    for (const Precision p : {Precision::kDefault, Precision::kBf16, Precision::kInt8})
      linear.push_back(b.linear_weights({.in = 24, .out = 24, .precision = p},
                                        {"l", host({24, 24}, 6, 0.3f)}, {}));
    gain = b.from_host(host({24}, 7));
  }

  std::vector<float> run(Backend& b, int64_t frames, uint64_t seed) const {
    Tensor x = b.from_host(host({2, 48, frames}, seed));
    x = b.conv1d(b.activate(x, Activation::kLeakyRelu, 0.1f), up);
    x = b.conv1d(b.activate(x, Activation::kLeakyRelu, 0.1f), conv, {.residual = x});
    x = b.conv1d(x, depthwise, {.activation = Activation::kGelu});
    x = b.group_norm(x, 4, gain, {}, 1e-5f);
    x = b.transpose(b.channel_norm(x, gain, {}, 1e-5f), 1, 2);
    for (const WeightsPtr& w : linear) x = b.linear(x, w, {.residual = x});
    x = b.attention(x, x, x, 3, {.key_lengths = {frames, frames * 4}});
    return b.to_host(b.softmax(x)).to_floats();
  }

  WeightsPtr up, conv, depthwise;
  std::vector<WeightsPtr> linear;
  Tensor gain;
};

TEST(CpuBackend, SameInputGivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<float> first;
  for (const int threads : {1, 2, 3, 7}) {
    const auto b = make_cpu_backend({.threads = threads});
    const Network network(*b);
    for (int turn = 0; turn < 3; ++turn) {
      const std::vector<float> y = network.run(*b, 301, 9);
      if (first.empty()) first = y;
      ASSERT_EQ(std::memcmp(y.data(), first.data(), y.size() * sizeof(float)), 0)
          << threads << " threads";
    }
  }
}

// Every instruction set that this machine has and the kernels were built for.
TEST(CpuBackend, InstructionSetsAgree) {
  std::vector<float> first;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    const auto b = make_cpu_backend({.threads = 2, .bf16 = false});
    const Network network(*b);
    std::vector<float> y = network.run(*b, 61, 9);
    // A decoder's steps, wide enough for every path of the panel and cache kernels.
    for (const Precision p : {Precision::kBf16, Precision::kInt8}) {
      const auto cache = b->make_kv_cache(1, 3, 72, 2, 100);
      const WeightsPtr w = b->linear_weights({.in = 72, .out = 72, .precision = p},
                                             {"w", host({72, 72}, 1, 0.2f)}, {});
      Tensor out;
      for (uint64_t step = 0; step < 70; ++step) {
        const Tensor x = b->from_host(host({3, 1, 72}, step));
        out = b->linear(b->cached_attention(*cache, 0, x, x, x), w, {.residual = x});
      }
      const std::vector<float> values = b->to_host(out).to_floats();
      y.insert(y.end(), values.begin(), values.end());
    }
    hwy::SetSupportedTargetsForTest(0);
    if (first.empty()) first = y;
    // Sums run in another order, with or without fused multiplication, and half floats may be
    // rounded to either neighbour (2^-11 of values below 1).
    for (size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], first[i], 5e-4) << hwy::TargetName(target) << " at " << i;
  }
}

TEST(CpuBackend, ThreadsMayShareIt) {
  const auto b = make_cpu_backend({.threads = 3});
  const Network network(*b);
  std::vector<std::vector<float>> wanted;
  for (int64_t n = 0; n < 4; ++n) wanted.push_back(network.run(*b, 50 + 40 * n, uint64_t(n)));
  std::vector<std::thread> callers;
  std::vector<int> right(4, 0);
  for (int64_t n = 0; n < 4; ++n)
    callers.emplace_back([&, n] {
      for (int turn = 0; turn < 5; ++turn)
        right[size_t(n)] += network.run(*b, 50 + 40 * n, uint64_t(n)) == wanted[size_t(n)];
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, std::vector<int>(4, 5));
}

TEST(CpuBackend, RefusesTensorsOfOthers) {
  struct Foreign final : TensorData {
    using TensorData::TensorData;
  };
  const auto b = make_cpu_backend({.threads = 1});
  const Tensor foreign(std::make_shared<Foreign>(Shape{1, 2, 3}, Element::kFloat));
  expect_internal_error("affine", [&] { b->affine(foreign, 1, 0); });
  expect_internal_error("to_host", [&] { b->to_host(Tensor()); });
}

}  // namespace
}  // namespace myna::compute::testing
