// Every checkpoint of the reference set, valid and hostile, gets the outcome that its index states.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "support/golden.h"
#include "support/temp_dir.h"
#include "support/torch_writer.h"
#include "tensor/torch_file.h"

namespace myna::tensor {
namespace {

namespace fs = std::filesystem;
using myna::testing::golden_dir;

#define MYNA_REQUIRE_CHECKPOINTS()                                               \
  if (!fs::exists(golden_dir() / "checkpoints" / "index.json"))                  \
  GTEST_SKIP() << "no reference checkpoints in " << golden_dir() / "checkpoints" \
               << "; set MYNA_GOLDEN_DIR"

std::string torch_name(DType dtype) {
  static const std::map<DType, std::string> kNames = {
      {DType::kF32, "float32"}, {DType::kF16, "float16"}, {DType::kBF16, "bfloat16"},
      {DType::kF64, "float64"}, {DType::kI64, "int64"},   {DType::kI32, "int32"},
      {DType::kI16, "int16"},   {DType::kI8, "int8"},     {DType::kU8, "uint8"},
      {DType::kBool, "bool"}};
  return kNames.at(dtype);
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[uint8_t(byte) >> 4];
    text += kDigits[uint8_t(byte) & 15];
  }
  return text;
}

/// The content in the notation of the expected files.
Json described(const TorchFile& file, const PickleValue& value) {  // NOLINT(misc-no-recursion)
  switch (value.kind()) {
    case PickleKind::kNone:
      return nullptr;
    case PickleKind::kBool:
      return value.integer() != 0;
    case PickleKind::kInt:
      return value.integer();
    case PickleKind::kBigInt:
      return {{"$int", value.text()}};
    case PickleKind::kFloat:
      if (std::isinf(value.real())) return {{"$float", "inf"}};
      return value.real();
    case PickleKind::kString:
      return value.text();
    case PickleKind::kBytes:
      return {{"$bytes", hex_of(value.text())}};
    case PickleKind::kTensor: {
      const HostTensor tensor = file.tensor(value);
      const auto bytes = tensor.bytes();
      char crc[16];
      std::snprintf(
          crc, sizeof crc, "%08x",
          myna::testing::crc32_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
      return {{"$tensor", {torch_name(tensor.dtype()), tensor.shape(), crc}}};
    }
    case PickleKind::kObject:
      return {{"$object", value.class_name()}, {"attrs", described(file, value.attributes())}};
    case PickleKind::kTuple:
    case PickleKind::kList: {
      Json list = Json::array();
      for (size_t i = 0; i < value.size(); ++i) list.push_back(described(file, value.item(i)));
      if (value.kind() == PickleKind::kList) return list;
      return {{"$tuple", list}};
    }
    case PickleKind::kDict: {
      bool texts = true;
      for (size_t i = 0; i < value.size(); ++i)
        texts = texts && value.key(i).is(PickleKind::kString);
      Json object = Json::object(), pairs = Json::array();
      for (size_t i = 0; i < value.size(); ++i) {
        Json item = described(file, value.value(i));
        if (texts) {
          object[value.key(i).text()] = std::move(item);
        } else {
          pairs.push_back(Json::array({described(file, value.key(i)), std::move(item)}));
        }
      }
      return texts ? object : Json{{"$dict", pairs}};
    }
    default:
      return "a class";
  }
}

TEST(TorchGolden, ReadsEveryValidFile) {
  MYNA_REQUIRE_CHECKPOINTS();
  const fs::path folder = golden_dir() / "checkpoints";
  const Json index = read_json(folder / "index.json");
  ASSERT_GT(index.at("valid").size(), 10u);
  for (const auto& [name, entry] : index.at("valid").items()) {
    SCOPED_TRACE(name);
    try {
      const TorchFile file(folder / "valid" / name);
      const Json want = read_json(folder / "valid" / (name + ".expected.json"));
      EXPECT_EQ(described(file, file.root()), want);
      const std::string head = entry.at("head");
      EXPECT_EQ(file.mark(), head.starts_with("30") ? std::string("0") + head.back() : "");
    } catch (const Error& error) {
      EXPECT_TRUE(entry.value("optional", false)) << error.what();
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
      std::printf("refused as it may be: %s\n", error.what());
    }
  }
}

TEST(TorchGolden, RefusesEveryHostileFileAndExecutesNothing) {
  MYNA_REQUIRE_CHECKPOINTS();
  const fs::path folder = golden_dir() / "checkpoints";
  const Json index = read_json(folder / "index.json");
  const myna::testing::TempDir empty;  // payloads would leave a marker in the current folder
  const fs::path before = fs::current_path();
  fs::current_path(empty.path());
  ASSERT_GT(index.at("hostile").size(), 100u);
  for (const auto& [name, entry] : index.at("hostile").items()) {
    SCOPED_TRACE(name);
    const std::string expect = entry.at("expect");
    try {
      const TorchFile file(folder / "hostile" / name);
      for (size_t i = 0; file.root().is(PickleKind::kDict) && i < file.root().size(); ++i) {
        const PickleValue value = file.root().value(i);
        if (value.is(PickleKind::kTensor)) file.tensor(value).to_floats();
      }
      EXPECT_NE(expect, "reject") << "was read";
      std::printf("read as it may be: %s\n", name.c_str());
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::kInvalidModel ||
                  error.code() == ErrorCode::kUnsupported)
          << error.what();
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
      if (getenv("MYNA_SHOW_ERRORS") != nullptr) std::printf("%s\n", error.what());
    }
  }
  EXPECT_EQ(empty.entries(), 0u);
  fs::current_path(before);
}

TEST(TorchGolden, SurvivesMutations) {
  MYNA_REQUIRE_CHECKPOINTS();
  const fs::path folder = golden_dir() / "checkpoints";
  const Json index = read_json(folder / "index.json");
  const std::string base = read_text(folder / index.at("mutations").at("base").get<std::string>());
  const auto places =
      myna::testing::GoldenGenerator("hostile.mutate.pos").integers(400, 0, int64_t(base.size()));
  const auto values = myna::testing::GoldenGenerator("hostile.mutate.val").integers(400, 1, 256);
  int read = 0;
  const auto attempt = [&](const std::string& bytes, bool verify) {
    auto owner = std::make_shared<const std::string>(bytes);
    try {
      const TorchFile file(std::as_bytes(std::span(*owner)), owner, "mutated.pth", {verify});
      if (file.root().find("t").is(PickleKind::kTensor)) file.tensor(file.root().find("t"));
      ++read;
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::kInvalidModel ||
                  error.code() == ErrorCode::kUnsupported)
          << error.what();
    }
  };
  std::string all = base;
  for (size_t i = 0; i < places.size(); ++i) {
    std::string one = base;
    one[size_t(places[i])] ^= char(values[i]);
    all[size_t(places[i])] ^= char(values[i]);
    for (const bool verify : {true, false}) {
      attempt(one, verify);
      attempt(all, verify);
    }
  }
  EXPECT_GT(read, 0);  // padding bytes do not matter
}

}  // namespace
}  // namespace myna::tensor
