#include "tensor/onnx_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.h"

namespace myna::tensor {
namespace {

using ::testing::HasSubstr;

std::string varint(uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7) text += char(value | 0x80);
  return text + char(value);
}
std::string number(int field, uint64_t value) {
  return varint(uint64_t(field) << 3) + varint(value);
}
std::string bytes(int field, const std::string& content) {
  return varint(uint64_t(field) << 3 | 2) + varint(content.size()) + content;
}
std::string floats(std::vector<float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * 4};
}
/// A ModelProto whose graph holds these initialisers.
std::string model(const std::vector<std::string>& initializers) {
  std::string graph = bytes(1, bytes(4, "Add")) + bytes(2, "g");
  for (const std::string& tensor : initializers) graph += bytes(5, tensor);
  return number(1, 8) + bytes(2, "a test") + bytes(7, graph) + bytes(8, number(2, 17));
}
OnnxModel parse_model(const std::string& content) {
  auto owner = std::make_shared<const std::string>(content);
  return parse_onnx_model(std::as_bytes(std::span(*owner)), owner, "a.onnx");
}
std::map<std::string, HostTensor> parse(const std::string& content) {
  return parse_model(content).initializers;
}
std::string refusal(const std::string& content, ErrorCode code = ErrorCode::kInvalidModel) {
  try {
    parse(content);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_EQ(error.subject(), "a.onnx");
    return error.message();
  }
  ADD_FAILURE() << "was read";
  return "";
}

TEST(OnnxFile, ReadsRawAndListedWeights) {
  const std::string raw =
      number(1, 2) + number(1, 2) + number(2, 1) + bytes(8, "raw") + bytes(9, floats({1, 2, 3, 4}));
  const std::string packed_dims =
      bytes(1, varint(2)) + number(2, 1) + bytes(4, floats({5, -6})) + bytes(8, "floats");
  const std::string ints = number(1, 3) + number(2, 7) +
                           bytes(7, varint(1) + varint(uint64_t(-2)) + varint(3)) +
                           bytes(8, "ints");
  const std::string half = number(1, 1) + number(2, 10) + number(5, 0x3C00) + bytes(8, "half");
  const std::string scalar =
      number(2, 11) + bytes(8, "scalar") + bytes(10, std::string("\0\0\0\0\0\0\xf0\x3f", 8));
  const auto tensors = parse(model({raw, packed_dims, ints, half, scalar}));
  ASSERT_EQ(tensors.size(), 5u);
  EXPECT_EQ(tensors.at("raw").shape(), (Shape{2, 2}));
  EXPECT_EQ(tensors.at("raw").to_floats(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(tensors.at("floats").to_floats(), (std::vector<float>{5, -6}));
  EXPECT_EQ(tensors.at("ints").to_ints(), (std::vector<int64_t>{1, -2, 3}));
  EXPECT_EQ(tensors.at("half").to_floats(), (std::vector<float>{1}));
  EXPECT_EQ(tensors.at("scalar").to_floats(), (std::vector<float>{1}));
}

TEST(OnnxFile, RefusesWhatLiesElsewhereOrDoesNotFit) {
  const std::string name = bytes(8, "w");
  EXPECT_THAT(refusal(model({number(1, 1) + number(2, 1) + name + bytes(13, bytes(1, "location")) +
                             number(14, 1)}),
                      ErrorCode::kUnsupported),
              AllOf(HasSubstr("\"w\""), HasSubstr("another file")));
  EXPECT_THAT(refusal(model({number(1, 5) + number(2, 1) + name + bytes(9, floats({1}))})),
              HasSubstr("size of its data"));
  EXPECT_THAT(refusal(model({number(1, uint64_t(-1)) + number(2, 1) + name})),
              HasSubstr("negative"));
  EXPECT_THAT(refusal(model({number(1, 1) + number(2, 8) + name}), ErrorCode::kUnsupported),
              HasSubstr("element type 8"));
  EXPECT_THAT(refusal(model({number(1, 1) + number(2, 7) + name + bytes(4, floats({1}))})),
              HasSubstr("another type"));
  const std::string one = number(1, 1) + number(2, 1) + name + bytes(9, floats({1}));
  EXPECT_THAT(refusal(model({one, one})), HasSubstr("two tensors"));
  EXPECT_THAT(refusal("\x08\x08"), HasSubstr("no graph"));
}

std::string graph_model(const std::string& nodes) {
  return number(1, 8) + bytes(7, nodes) + bytes(8, number(2, 17));
}

TEST(OnnxFile, ReadsWhatNodesDo) {
  const std::string tensor = number(2, 1) + bytes(4, floats({0.5f}));
  const std::string words = number(1, 1) + number(2, 8) + bytes(6, "text");
  const std::string constant =
      bytes(2, "half") + bytes(4, "Constant") +
      bytes(5, bytes(1, "value") + bytes(5, tensor) + number(20, 4)) +
      bytes(5, bytes(1, "words") + bytes(5, words)) +
      bytes(5, bytes(1, "body") + bytes(6, bytes(1, bytes(4, "Loop"))) + number(20, 5));
  const std::string gemm = bytes(1, "x") + bytes(1, "") + bytes(2, "y") + bytes(2, "z") +
                           bytes(3, "a name") + bytes(4, "Gemm") +
                           bytes(5, bytes(1, "transB") + number(3, uint64_t(-1))) +
                           bytes(5, bytes(1, "alpha") + varint(2 << 3 | 5) + floats({2}));
  const OnnxModel model = parse_model(graph_model(bytes(1, constant) + bytes(1, gemm)));
  ASSERT_EQ(model.operations.size(), 2u);
  const OnnxOperation& first = model.operations[0];
  EXPECT_EQ(first.type, "Constant");
  ASSERT_EQ(first.numbers.size(), 1u);  // neither texts nor graphs
  EXPECT_EQ(std::get<HostTensor>(first.numbers.at("value")).to_floats(),
            (std::vector<float>{0.5f}));
  const OnnxOperation& second = model.operations[1];
  EXPECT_EQ(second.inputs, (std::vector<std::string>{"x", ""}));
  EXPECT_EQ(second.outputs, (std::vector<std::string>{"y", "z"}));
  EXPECT_EQ(std::get<int64_t>(second.numbers.at("transB")), -1);
  EXPECT_EQ(std::get<float>(second.numbers.at("alpha")), 2.0f);
}

TEST(OnnxFile, RefusesDamagedAndEndlessGraphs) {
  EXPECT_THAT(
      refusal(graph_model(bytes(1, bytes(5, bytes(5, number(1, uint64_t(-5)) + number(2, 1)))))),
      HasSubstr("negative"));
  EXPECT_THAT(refusal(graph_model(bytes(1, bytes(5, bytes(5, number(1, 9) + number(2, 1)))))),
              HasSubstr("size of its data"));
  std::string nodes;
  for (int i = 0; i < 200'001; ++i) nodes += bytes(1, "");
  EXPECT_THAT(refusal(graph_model(nodes)), HasSubstr("too large"));
  std::string inputs;
  for (int i = 0; i < 2'000'001; ++i) inputs += bytes(1, "");
  EXPECT_THAT(refusal(graph_model(bytes(1, inputs))), HasSubstr("too large"));
}

TEST(OnnxFile, EveryTruncationIsRefusedOrHarmless) {
  const std::string tensor = number(1, 1) + number(2, 1) + bytes(8, "w") + bytes(9, floats({1}));
  const std::string node = bytes(4, "Constant") + bytes(5, bytes(1, "value") + bytes(5, tensor));
  const std::string whole =
      number(1, 8) + bytes(7, bytes(5, tensor) + bytes(1, node)) + bytes(8, number(2, 17));
  EXPECT_TRUE(looks_like_onnx(std::as_bytes(std::span(whole))));
  for (size_t n = 0; n < whole.size(); ++n) {
    try {
      EXPECT_LE(parse(whole.substr(0, n)).size(), 1u);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel) << error.what();
    }
  }
}

}  // namespace
}  // namespace myna::tensor
