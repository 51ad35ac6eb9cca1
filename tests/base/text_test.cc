// UTF-8, JSON helpers and digests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/utf8.h"
#include "support/temp_dir.h"

namespace myna {
namespace {

using ::testing::HasSubstr;

TEST(Utf8, ValidTextRoundTrips) {
  const std::string text = "aé我😀\xF4\x8F\xBF\xBF";
  EXPECT_FALSE(find_invalid_utf8(text));
  const std::u32string points = decode_utf8(text);
  EXPECT_EQ(points, U"aé我😀\U0010FFFF");
  EXPECT_EQ(encode_utf8(points), text);
  EXPECT_EQ(count_code_points(text), 5U);
  EXPECT_FALSE(find_invalid_utf8(""));
}

TEST(Utf8, EveryCodePointRoundTrips) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    size_t at = 0;
    ASSERT_EQ(next_code_point(text, at), c);
    ASSERT_EQ(at, text.size());
  }
}

TEST(Utf8, InvalidBytesAreLocated) {
  const std::pair<std::string, size_t> cases[] = {
      {"\x80", 0},
      {"a\xFF", 1},
      {"ab\xC0\x80", 2},            // overlong NUL
      {"\xE0\x80\xAF", 0},          // overlong slash
      {"\xF0\x80\x80\xAF", 0},      // the same in four bytes
      {"x\xED\xA0\x80", 1},         // a surrogate
      {"\xF4\x90\x80\x80", 0},      // above U+10FFFF
      {"\xE6\x88", 0},              // cut off
      {"\xE6\x88\x91\xE6", 3},      // cut off after a good one
      {"\xE6z\x91", 0},             // an interrupted sequence
      {"\xF8\x88\x80\x80\x80", 0},  // five bytes
  };
  for (const auto& [text, offset] : cases) {
    ASSERT_TRUE(find_invalid_utf8(text));
    EXPECT_EQ(*find_invalid_utf8(text), offset);
    try {
      require_utf8(text, "input.txt");
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
      EXPECT_THAT(error.what(), HasSubstr("input.txt"));
      EXPECT_THAT(error.what(), HasSubstr("byte " + std::to_string(offset)));
    }
    EXPECT_THROW(decode_utf8(text), Error);
  }
  std::string out;
  EXPECT_THROW(append_utf8(out, 0xD800), Error);
  EXPECT_THROW(append_utf8(out, 0x110000), Error);
}

TEST(Json, RequireNamesKeyAndFile) {
  const Json json = parse_json(R"({"n": 3, "f": 1.5, "s": "x", "b": true, "big": 5000000000,
                                   "neg": -1, "list": [1, 2], "obj": {"a": 1}})",
                               "voice.json");
  EXPECT_EQ(require<int>(json, "n", "voice.json"), 3);
  EXPECT_EQ(require<double>(json, "n", "voice.json"), 3.0);
  EXPECT_EQ(require<std::string>(json, "s", "voice.json"), "x");
  EXPECT_EQ(require<std::vector<int>>(json, "list", "voice.json"), (std::vector<int>{1, 2}));
  EXPECT_EQ(require<int64_t>(json, "big", "voice.json"), 5000000000);
  EXPECT_EQ(value_or<int>(json, "none", 7, "voice.json"), 7);
  const auto fails = [&](auto&& work, const std::string& key) {
    try {
      work();
      ADD_FAILURE() << key;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      EXPECT_EQ(error.subject(), "voice.json");
      EXPECT_THAT(error.what(), HasSubstr("\"" + key + "\""));
    }
  };
  fails([&] { require<int>(json, "none", "voice.json"); }, "none");
  fails([&] { require<int>(json, "f", "voice.json"); }, "f");
  fails([&] { require<int>(json, "s", "voice.json"); }, "s");
  fails([&] { require<int>(json, "big", "voice.json"); }, "big");
  fails([&] { require<unsigned>(json, "neg", "voice.json"); }, "neg");
  fails([&] { require<int>(json, "b", "voice.json"); }, "b");
  fails([&] { require<std::string>(json, "n", "voice.json"); }, "n");
  fails([&] { require<std::vector<int>>(json, "obj", "voice.json"); }, "obj");
  fails([&] { value_or<int>(json, "s", 1, "voice.json"); }, "s");
  fails([&] { require<int>(Json(3), "x", "voice.json"); }, "x");
}

TEST(Json, DamagedTextIsRefused) {
  for (const std::string bad : {"", "{", "{\"a\":}", "nul", "[1,]", "{\"a\":1}x", "\"\xFF\""}) {
    EXPECT_THROW(parse_json(bad, "x"), Error) << bad;
  }
  EXPECT_THROW(parse_json(std::string(100000, '['), "x"), Error);
  std::string deep = std::string(5000, '[') + std::string(5000, ']');
  EXPECT_THROW(parse_json(deep, "x"), Error);
  deep = std::string(150, '[') + std::string(150, ']');
  EXPECT_NO_THROW(parse_json(deep, "x"));
}

TEST(Digest, KnownAnswersAndPieces) {
  EXPECT_EQ(hex(sha256(std::string_view(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(std::string_view("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  testing::TempDir dir;
  std::string big(1 << 20, 'x');
  write_file(dir / "big", std::string_view(big));
  Sha256 pieces;
  for (size_t at = 0; at < big.size(); at += 1000) {
    pieces.update(std::string_view(big).substr(at, 1000));
  }
  EXPECT_EQ(pieces.finish(), sha256_file(dir / "big"));
  EXPECT_THROW(sha256_file(dir / "none"), Error);
}

}  // namespace
}  // namespace myna
