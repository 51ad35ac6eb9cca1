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
std::map<std::string, HostTensor> parse(const std::string& content) {
  auto owner = std::make_shared<const std::string>(content);
  return parse_onnx_initializers(std::as_bytes(std::span(*owner)), owner, "a.onnx");
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

TEST(OnnxFile, EveryTruncationIsRefusedOrHarmless) {
  const std::string whole =
      model({number(1, 1) + number(2, 1) + bytes(8, "w") + bytes(9, floats({1}))});
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
