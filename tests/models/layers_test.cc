#include "models/layers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

using Tensors = std::map<std::string, HostTensor>;

class LayersTest : public ::testing::Test {
 protected:
  std::vector<float> random(size_t count, uint64_t seed) {
    std::vector<float> values(count);
    Rng rng(seed);
    rng.fill_normal(values);
    return values;
  }
  Tensor tensor(const Shape& shape, std::vector<float> values) {
    return backend_->from_host(HostTensor::from_floats(shape, std::move(values)));
  }
  std::vector<float> floats(const Tensor& x) { return backend_->to_host(x).to_floats(); }

  std::shared_ptr<Backend> backend_ = compute::make_cpu_backend({.bf16 = false});
};

TEST_F(LayersTest, LinearUsesWeightBiasAndEpilogue) {
  const auto source =
      MapSource::from_map({{"a.weight", HostTensor::from_floats({2, 3}, {1, 2, 3, -1, 0, 1})},
                           {"a.bias", HostTensor::from_floats({2}, {10, -20})}},
                          "map");
  const Linear layer(*backend_, *source, "a", 3, 2);
  const Tensor x = tensor({1, 1, 3}, {1, 1, 2});
  EXPECT_EQ(floats(layer(*backend_, x)), (std::vector<float>{19, -19}));
  Epilogue relu;
  relu.activation = compute::Activation::kRelu;
  relu.residual = tensor({1, 1, 2}, {0.5f, 0.25f});
  EXPECT_EQ(floats(layer(*backend_, x, relu)), (std::vector<float>{19.5f, 0.25f}));
  EXPECT_THROW(Linear(*backend_, *source, "a", 2, 2), Error);
  EXPECT_THROW(Linear(*backend_, *source, "b", 3, 2), Error);
}

// g and v of the file give what the folded weight gives, also for transposed convolutions, whose
// first axis is the input.
TEST_F(LayersTest, WeightNormalisedEqualsFolded) {
  for (const bool transposed : {false, true}) {
    ConvSpec spec;
    spec.in = 4, spec.out = 6, spec.kernel = 3, spec.transposed = transposed;
    const int64_t rows = transposed ? 4 : 6, columns = transposed ? 6 : 4;
    const auto v = random(72, 1), g = random(size_t(rows), 2), x = random(4 * 9, 3);
    const auto bias = random(6, 4);
    std::vector<float> folded(v.size());
    const auto per_row = size_t(columns * 3);
    for (size_t row = 0; row < size_t(rows); ++row) {
      double squares = 0;
      for (size_t i = 0; i < per_row; ++i) squares += std::pow(double(v[row * per_row + i]), 2);
      for (size_t i = 0; i < per_row; ++i) {
        folded[row * per_row + i] = float(g[row] * v[row * per_row + i] / std::sqrt(squares));
      }
    }
    const Shape shape = {rows, columns, 3};
    const auto separate =
        MapSource::from_map(Tensors{{"c.weight_g", HostTensor::from_floats({rows, 1, 1}, g)},
                                    {"c.weight_v", HostTensor::from_floats(shape, v)},
                                    {"c.bias", HostTensor::from_floats({6}, bias)}},
                            "separate");
    const auto plain =
        MapSource::from_map(Tensors{{"c.weight", HostTensor::from_floats(shape, folded)},
                                    {"c.bias", HostTensor::from_floats({6}, bias)}},
                            "plain");
    const Conv1d::Options options{.weight_norm = true};
    const Conv1d a(*backend_, *separate, "c", spec, options);
    const Conv1d b(*backend_, *plain, "c", spec, options);
    const Tensor in = tensor({1, 4, 9}, x);
    const auto got = floats(a(*backend_, in)), want = floats(b(*backend_, in));
    ASSERT_EQ(got.size(), size_t(transposed ? 6 * 11 : 6 * 7));
    for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-5);
  }
}

// A fresh weight-normalised layer starts with weights of the same size as a plain one.
TEST_F(LayersTest, FreshWeightNormStartsLikeAPlainLayer) {
  FreshSource source(6);
  const ConvSpec spec = same_conv(64, 64, 3);
  const Conv1d plain(*backend_, source, "a", spec, {.bias = false});
  const Conv1d normalised(*backend_, source, "b", spec, {.bias = false, .weight_norm = true});
  const Tensor in = tensor({1, 64, 50}, random(64 * 50, 1));
  const auto power = [this, &in](const Conv1d& layer) {
    double sum = 0;
    for (const float y : floats(layer(*backend_, in))) sum += double(y) * y;
    return sum / (64 * 50);
  };
  EXPECT_NEAR(power(normalised) / power(plain), 1.0, 0.15);  // 64 x 50 samples of each
}

TEST_F(LayersTest, SameConvKeepsTheFrames) {
  FreshSource source(6);
  for (const int64_t kernel : {1, 3, 7}) {
    for (const int64_t dilation : {1, 3, 5}) {
      const Conv1d layer(*backend_, source, "k" + std::to_string(kernel),
                         same_conv(2, 3, kernel, dilation));
      EXPECT_EQ(layer(*backend_, tensor({1, 2, 21}, random(42, 1))).shape(), (Shape{1, 3, 21}));
    }
  }
}

TEST_F(LayersTest, NormsAndEmbeddingsReadTheirNames) {
  const auto source =
      MapSource::from_map({{"n.weight", HostTensor::from_floats({2}, {2, 3})},
                           {"n.bias", HostTensor::from_floats({2}, {1, -1})},
                           {"c.gamma", HostTensor::from_floats({2}, {2, 3})},
                           {"c.beta", HostTensor::from_floats({2}, {1, -1})},
                           {"e.weight", HostTensor::from_floats({3, 2}, {0, 1, 2, 3, 4, 5})}},
                          "map");
  const LayerNorm norm(*backend_, *source, "n", 2, 0.0f);
  const auto rows = floats(norm(*backend_, tensor({1, 1, 2}, {5, 9})));
  EXPECT_NEAR(rows[0], 2 * -1 + 1, 1e-5);
  EXPECT_NEAR(rows[1], 3 * 1 - 1, 1e-5);
  const ChannelNorm channels(*backend_, *source, "c", 2, 0.0f);
  const auto columns = floats(channels(*backend_, tensor({1, 2, 2}, {5, 8, 9, 4})));
  EXPECT_NEAR(columns[0], -1, 1e-5);
  EXPECT_NEAR(columns[1], 3, 1e-5);
  EXPECT_NEAR(columns[2], 2, 1e-5);
  EXPECT_NEAR(columns[3], -4, 1e-5);
  const Embedding embedding(*backend_, *source, "e", 3, 2);
  EXPECT_EQ(floats(embedding(*backend_, backend_->from_host(HostTensor::from_ints({2}, {2, 0})))),
            (std::vector<float>{4, 5, 0, 1}));
}

}  // namespace
}  // namespace myna::models
