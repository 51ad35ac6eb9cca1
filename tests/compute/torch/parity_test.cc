// The inference backend and the training backend give the same results for the same weights.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "compute/cpu/cpu_backend.h"
#include "compute/torch/op_cases.h"
#include "compute/torch/torch_backend.h"

namespace myna::compute::testing {
namespace {

class Parity : public ::testing::TestWithParam<OpCase> {};

std::vector<float> run(Backend& backend, const OpCase& c, Shape& shape) {
  std::vector<Tensor> inputs;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    inputs.push_back(backend.from_host(draw(c.name + std::to_string(i), c.inputs[i], c.offset)));
  }
  const HostTensor result = backend.to_host(c.run(backend, inputs));
  shape = result.shape();
  return result.to_floats();
}

// Both sum in f32, in other orders; activations of the inference backend are polynomials that are
// right to some units of the last place.
TEST_P(Parity, CpuAndTorchAgree) {
  CpuOptions cpu_options;
  cpu_options.bf16 = false;
  const auto cpu = make_cpu_backend(cpu_options);
  TorchOptions torch_options;
  torch_options.training = false;
  TorchBackend torch(torch_options);
  const torch::NoGradGuard no_grad;
  Shape shape, wanted_shape;
  const auto got = run(*cpu, GetParam(), shape);
  const auto wanted = run(torch, GetParam(), wanted_shape);
  ASSERT_EQ(shape, wanted_shape);
  float top = 1;
  for (float v : wanted) top = std::max(top, std::abs(v));
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], 1e-5f * top) << i;
}

INSTANTIATE_TEST_SUITE_P(AllOperations, Parity, ::testing::ValuesIn(op_cases()), case_name);

}  // namespace
}  // namespace myna::compute::testing
