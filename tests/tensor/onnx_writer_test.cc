#include "tensor/onnx_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/temp_dir.h"
#include "tensor/onnx_file.h"

namespace myna::tensor {
namespace {

using ::testing::HasSubstr;

OnnxGraph small_graph() {
  OnnxGraph graph;
  graph.name = "small";
  graph.metadata["voice"] = "me";
  graph.initializers = {{"w", HostTensor::from_floats({2, 3}, {1, -2, 3.5f, 0, 1e-20f, 7})},
                        {"shape", HostTensor::from_ints({2}, {-1, int64_t{1} << 40})},
                        {"none", HostTensor::from_floats({0}, {})}};
  graph.nodes = {{"MatMul", "y", {"x", "w"}, {}}};
  graph.inputs = {{"x", DType::kF32, {std::string("n"), int64_t{2}}}};
  graph.outputs = {{"y", DType::kF32, {std::string("n"), int64_t{3}}}};
  return graph;
}

TEST(OnnxWriter, WeightsComeBackFromTheFile) {
  const testing::TempDir folder;
  write_onnx(folder / "small.onnx", small_graph());
  const auto weights = read_onnx_model(folder / "small.onnx").initializers;
  ASSERT_EQ(weights.size(), 3u);
  for (const auto& [name, value] : small_graph().initializers) {
    EXPECT_EQ(weights.at(name).shape(), value.shape()) << name;
    EXPECT_EQ(weights.at(name).dtype(), value.dtype()) << name;
    EXPECT_EQ(weights.at(name).to_floats(), value.to_floats()) << name;
  }
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(OnnxWriter, RefusesWhatTheFormatCannotHold) {
  const testing::TempDir folder;
  OnnxGraph graph;
  const HostTensor big = HostTensor::zeros({int64_t{1} << 24});
  for (int i = 0; i < 33; ++i) graph.initializers.emplace_back("w" + std::to_string(i), big);
  try {
    write_onnx(folder / "big.onnx", graph);
    FAIL() << "a graph of 2.2 GB was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_THAT(error.what(), HasSubstr("2 GB"));
  }
  graph.initializers = {{"half", big.cast(DType::kF16)}};
  EXPECT_THROW(write_onnx(folder / "half.onnx", graph), Error);
  EXPECT_THROW(write_onnx(folder / "no/such/folder.onnx", small_graph()), Error);
  EXPECT_EQ(folder.entries(), 0u);
}

}  // namespace
}  // namespace myna::tensor
