// Gradients of every operation: finite differences in double precision, then the fast f32 and bf16
// formulations against the double-precision ones.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "compute/torch/op_cases.h"
#include "compute/torch/torch_backend.h"

namespace myna::compute::testing {
namespace {

TorchOptions options(bool f64, bool bf16 = false) {
  TorchOptions o;
  o.double_precision = f64;
  o.autocast_bf16 = bf16;
  return o;
}

struct Trial {
  explicit Trial(const TorchOptions& o) : backend(o) {}

  /// sum(result * fixed weights), which depends on every element of the result.
  torch::Tensor loss(const OpCase& c) {
    std::vector<Tensor> wrapped;
    for (const auto& x : inputs) wrapped.push_back(backend.wrap(x));
    result = backend.unwrap(c.run(backend, wrapped));
    const auto mix = backend.unwrap(backend.from_host(draw("mix", result.sizes().vec())));
    return (result * mix).sum();
  }

  void prepare(const OpCase& c) {
    for (size_t i = 0; i < c.inputs.size(); ++i) {
      auto x = backend.unwrap(
          backend.from_host(draw(c.name + std::to_string(i), c.inputs[i], c.offset)));
      inputs.push_back(x.set_requires_grad(true));
    }
    loss(c).backward();
  }

  /// Inputs and parameters with their names.
  std::vector<std::pair<std::string, torch::Tensor>> leaves() {
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (size_t i = 0; i < inputs.size(); ++i)
      all.emplace_back("input " + std::to_string(i), inputs[i]);
    for (auto& [name, value] : backend.parameters()) all.emplace_back(name, value);
    return all;
  }

  TorchBackend backend;
  std::vector<torch::Tensor> inputs;
  torch::Tensor result;
};

class Gradients : public ::testing::TestWithParam<OpCase> {};

// Central differences of step 1e-5 in f64 are right to about 1e-9 here.
TEST_P(Gradients, AgreeWithFiniteDifferences) {
  const OpCase& c = GetParam();
  Trial run(options(true));
  run.prepare(c);
  const double step = 1e-5;
  for (auto& [name, leaf] : run.leaves()) {
    ASSERT_TRUE(leaf.grad().defined()) << name;
    const torch::NoGradGuard no_grad;
    auto grad = leaf.grad().contiguous();
    double* values = leaf.data_ptr<double>();
    const int64_t stride = std::max<int64_t>(1, leaf.numel() / 29);
    for (int64_t i = 0; i < leaf.numel(); i += stride) {
      const double kept = values[i];
      values[i] = kept + step;
      const double above = run.loss(c).item<double>();
      values[i] = kept - step;
      const double below = run.loss(c).item<double>();
      values[i] = kept;
      const double wanted = (above - below) / (2 * step);
      EXPECT_NEAR(grad.data_ptr<double>()[i], wanted, 1e-6 * (1 + std::abs(wanted)))
          << name << " element " << i;
    }
  }
}

double distance(const torch::Tensor& got, const torch::Tensor& wanted) {
  const auto reference = wanted.to(torch::kDouble);
  return ((got.to(torch::kDouble) - reference).norm() / (reference.norm() + 1e-12)).item<double>();
}

void expect_same(const OpCase& c, bool bf16, double tolerance) {
  Trial wanted(options(true)), got(options(false, bf16));
  wanted.prepare(c);
  got.prepare(c);
  EXPECT_EQ(got.result.scalar_type(), torch::kFloat);
  EXPECT_LT(distance(got.result, wanted.result), tolerance) << "result";
  const auto a = got.leaves(), b = wanted.leaves();
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE(a[i].second.grad().defined()) << a[i].first;
    EXPECT_LT(distance(a[i].second.grad(), b[i].second.grad()), tolerance) << a[i].first;
  }
}

// f32 keeps 24 bits; sums here have at most some hundred terms.
TEST_P(Gradients, AreTheSameInSinglePrecision) { expect_same(GetParam(), false, 2e-5); }

// bf16 keeps 8 bits: operands are off by up to 2^-9, and errors of up to three products in a row
// add up.
TEST_P(Gradients, AreCloseWithBf16Products) { expect_same(GetParam(), true, 1.5e-2); }

INSTANTIATE_TEST_SUITE_P(AllOperations, Gradients, ::testing::ValuesIn(op_cases()), case_name);

}  // namespace
}  // namespace myna::compute::testing
