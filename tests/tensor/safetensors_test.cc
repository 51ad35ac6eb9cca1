#include "tensor/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/error.h"
#include "base/random.h"

namespace myna::tensor {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SafetensorsFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("myna-safetensors-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

std::string file_bytes(const std::string& header, size_t data_bytes) {
  std::string bytes(8, '\0');
  const uint64_t length = header.size();
  for (size_t i = 0; i < 8; ++i) bytes[i] = char(length >> (8 * i));
  return bytes + header + std::string(data_bytes, '\1');
}

std::map<std::string, HostTensor> parse(const std::string& bytes) {
  auto owner = std::make_shared<const std::string>(bytes);
  std::map<std::string, HostTensor> tensors;
  std::map<std::string, std::string> metadata;
  parse_safetensors(std::as_bytes(std::span(*owner)), owner, "x.safetensors", tensors, metadata);
  return tensors;
}

TEST_F(SafetensorsFileTest, RoundTrips) {
  const auto path = folder_ / "a.safetensors";
  std::map<std::string, HostTensor> tensors = {
      {"z.weight", HostTensor::from_floats({2, 2}, {1, -2, 3.5f, 4})},
      {"a.half", HostTensor::from_floats({3}, {1, 2, 0.1f}).cast(DType::kF16)},
      {"ids", HostTensor::from_ints({2}, {1, -1})},
      {"empty", HostTensor::zeros({0, 3})},
      {"scalar", HostTensor::from_floats({}, {7})}};
  write_safetensors(path, tensors, {{"format", "pt"}, {"名", "八哥"}});

  const SafetensorsFile file(path);
  EXPECT_EQ(file.names(),
            (std::vector<std::string>{"a.half", "empty", "ids", "scalar", "z.weight"}));
  EXPECT_EQ(file.metadata().at("名"), "八哥");
  for (const auto& [name, want] : tensors) {
    const HostTensor got = file.get(name);
    EXPECT_EQ(got.dtype(), want.dtype()) << name;
    EXPECT_EQ(got.shape(), want.shape()) << name;
    EXPECT_EQ(got.to_floats(), want.to_floats()) << name;
  }
  EXPECT_TRUE(file.contains("ids"));
  EXPECT_FALSE(file.contains("id"));
}

TEST_F(SafetensorsFileTest, TensorsOutliveTheFileObject) {
  const auto path = folder_ / "a.safetensors";
  write_safetensors(path, {{"x", HostTensor::from_floats({2}, {1, 2})}});
  HostTensor x;
  {
    const SafetensorsFile file(path);
    x = file.get("x");
  }
  EXPECT_EQ(x.f32()[1], 2.0f);
}

TEST_F(SafetensorsFileTest, NamesTheFileAndTheTensorThatIsMissing) {
  const auto path = folder_ / "a.safetensors";
  write_safetensors(path, {{"x", HostTensor::from_floats({1}, {1})}});
  const SafetensorsFile file(path);
  try {
    file.get("enc_p.weight");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(error.what(), HasSubstr("a.safetensors"));
    EXPECT_THAT(error.what(), HasSubstr("enc_p.weight"));
  }
}

TEST_F(SafetensorsFileTest, MissingFileIsNotFound) {
  try {
    SafetensorsFile file(folder_ / "none.safetensors");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  }
}

TEST_F(SafetensorsFileTest, EveryTruncationIsRefused) {
  const auto path = folder_ / "a.safetensors";
  write_safetensors(
      path, {{"x", HostTensor::from_floats({2}, {1, 2})}, {"y", HostTensor::from_ints({1}, {5})}});
  std::ifstream in(path, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(parse(whole).size(), 2u);
  for (size_t n = 0; n < whole.size(); ++n) {
    EXPECT_THROW(parse(whole.substr(0, n)), Error) << n;
  }
  EXPECT_THROW(parse(whole + "x"), Error);
}

TEST(Safetensors, ReadsUnalignedTensors) {
  const auto tensors = parse(file_bytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                        R"("b":{"dtype":"I32","shape":[1],"data_offsets":[1,5]}})",
                                        5));
  EXPECT_EQ(tensors.at("b").to_ints()[0], 0x01010101);
}

struct Hostile {
  const char* what;
  std::string header;
  size_t data_bytes;
  const char* message;
};

TEST(Safetensors, RefusesHostileHeadersNamingTheReason) {
  const auto entry = [](const std::string& body) { return "{\"a\":{" + body + "}}"; };
  const std::string shape1 = R"("dtype":"F32","shape":[1],)";
  const Hostile cases[] = {
      {"not json", "{oops", 0, "not JSON"},
      {"list", "[1]", 0, "not a JSON object"},
      {"empty header", "", 0, "not a JSON object"},
      {"trailing text", "{} x", 0, "not JSON"},
      {"invalid utf-8", "{\"\xff\":{}}", 0, "not JSON"},
      {"number entry", R"({"a":5})", 0, "a number"},
      {"null entry", R"({"a":null})", 0, "null"},
      {"nested", entry(R"("shape":[[1]])"), 0, "a list"},
      {"deep", "{\"a\":" + std::string(100000, '['), 0, "a list"},
      {"deep objects", "{\"a\":{\"b\":{\"c\":{", 0, "unknown field"},
      {"metadata number", R"({"__metadata__":{"a":1}})", 0, "a number"},
      {"metadata list", R"({"__metadata__":["a"]})", 0, "a list"},
      {"duplicate",
       R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
       R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
       0, "twice"},
      {"duplicate field", entry(shape1 + R"("dtype":"F32","data_offsets":[0,4])"), 4, "twice"},
      {"unknown field", entry(shape1 + R"("data_offsets":[0,4],"x":1)"), 4, "unknown field"},
      {"unknown dtype", entry(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])"), 1, "dtype"},
      {"no dtype", entry(R"("shape":[1],"data_offsets":[0,1])"), 1, "dtype"},
      {"no shape", entry(R"("dtype":"F32","data_offsets":[0,4])"), 4, "no shape"},
      {"no offsets", entry(R"("dtype":"F32","shape":[1])"), 4, "offsets"},
      {"one offset", entry(shape1 + R"("data_offsets":[0])"), 4, "offsets"},
      {"three offsets", entry(shape1 + R"("data_offsets":[0,4,8])"), 4, "more than two"},
      {"reversed", entry(shape1 + R"("data_offsets":[4,0])"), 4, "outside"},
      {"beyond", entry(shape1 + R"("data_offsets":[0,8])"), 4, "outside"},
      {"huge offset", entry(shape1 + R"("data_offsets":[0,18446744073709551615])"), 4, "outside"},
      {"negative offset", entry(shape1 + R"("data_offsets":[-4,0])"), 4, "negative"},
      {"fraction", entry(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])"), 4, "fraction"},
      {"size", entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), 4, "size of its data"},
      {"huge shape", entry(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])"),
       4, "impossible shape"},
      {"huge dimension", entry(R"("dtype":"F32","shape":[9223372036854775808])"), 4,
       "impossible dimension"},
      {"rank", entry("\"shape\":[" + std::string("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]")), 4,
       "too many dimensions"},
      {"gap", entry(shape1 + R"("data_offsets":[4,8])"), 8, "gap"},
      {"overlap",
       R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
       R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
       6, "overlaps"},
      {"trailing bytes", entry(shape1 + R"("data_offsets":[0,4])"), 5, "follow its last tensor"},
  };
  for (const Hostile& hostile : cases) {
    try {
      parse(file_bytes(hostile.header, hostile.data_bytes));
      ADD_FAILURE() << hostile.what << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel) << hostile.what;
      EXPECT_EQ(error.subject(), "x.safetensors") << hostile.what;
      EXPECT_THAT(error.message(), HasSubstr(hostile.message)) << hostile.what;
      EXPECT_LT(error.message().size(), 400u) << hostile.what;
    }
  }
}

// Thousands of damaged files: each is read or refused, and what is read can be used.
TEST(Safetensors, SurvivesMutations) {
  const std::string whole = file_bytes(
      R"({"__metadata__":{"a":"b"},"x":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},)"
      R"("y":{"dtype":"I64","shape":[1],"data_offsets":[12,20]}})",
      20);
  const std::string_view pieces[] = {"{",         "}",       "[",    "]",
                                     ",",         ":",       "\"",   "0",
                                     "-1",        "1e9",     "null", "99999999999999999999",
                                     "\"dtype\"", "\\u0000", "\xff"};
  Rng rng(2024);
  int accepted = 0;
  for (int round = 0; round < 10000; ++round) {
    std::string bytes = whole;
    for (uint64_t edits = 1 + rng.below(3); edits > 0; --edits) {
      const size_t at = rng.below(bytes.size());
      switch (rng.below(4)) {
        case 0:
          bytes[at] = char(rng.below(256));
          break;
        case 1:
          bytes.erase(at, 1 + rng.below(8));
          break;
        case 2:
          bytes.insert(at, pieces[rng.below(std::size(pieces))]);
          break;
        default:
          bytes[at] = char(bytes[at] ^ (1 << rng.below(8)));
          break;
      }
      if (bytes.empty()) break;
    }
    try {
      for (const auto& [name, tensor] : parse(bytes)) {
        ASSERT_EQ(tensor.to_floats().size(), size_t(tensor.count()));
      }
      ++accepted;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::kInvalidModel) << round;
    }
  }
  EXPECT_GT(accepted, 100) << "edits of the data itself do no harm";
  EXPECT_LT(accepted, 7500);
}

TEST(Safetensors, RefusesImpossibleHeaderLengths) {
  EXPECT_THROW(parse(std::string(7, '\0')), Error);
  EXPECT_THROW(parse(std::string(8, '\xff')), Error);
  std::string huge = file_bytes("{}", 0);
  huge[5] = 1;  // 2^40 bytes of header
  EXPECT_THROW(parse(huge), Error);
}

}  // namespace
}  // namespace myna::tensor
