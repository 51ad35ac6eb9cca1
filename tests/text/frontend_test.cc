#include "text/frontend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"

namespace myna::text {
namespace {

using testing::HasSubstr;

const Frontend& frontend() {
  static const Frontend instance(std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons");
  return instance;
}

std::string phones(std::string_view text, Mode mode = Mode::kAuto) {
  std::string out;
  for (const std::string& p : frontend().analyse(text, mode).phones) {
    out += (out.empty() ? "" : " ") + p;
  }
  return out;
}

TEST(Frontend, ReadsMandarin) {
  EXPECT_EQ(phones("你好，世界。"), "n i2 h ao3 , sh ir4 j ie4 .");
  EXPECT_EQ(phones("我不是第一个。"), "w o3 b u2 sh ir4 d i4 y i1 g e5 .");
}

TEST(Frontend, ReadsEnglish) {
  EXPECT_EQ(phones("Hello, world."), "HH AH0 L OW1 , W ER1 L D .");
  EXPECT_EQ(phones("GPT"), "JH IY1 P IY1 T IY1");
}

TEST(Frontend, MixesLanguages) {
  Utterance u = frontend().analyse("我用iPhone听music。", Mode::kAuto);
  ASSERT_EQ(u.runs.size(), 4u);
  EXPECT_EQ(u.runs[1].text, "iPhone");
  EXPECT_EQ(u.runs[1].language, Language::kEn);
  EXPECT_EQ(u.runs[2].language, Language::kZh);
}

TEST(Frontend, WordsAndRunsTileThePhones) {
  for (const char* text :
       {"今天气温25°C，我买了3个iPhone 15，花了$2,500.", "Hello, 你好, it's 5 pm."}) {
    Utterance u = frontend().analyse(text, Mode::kAuto);
    size_t at = 0;
    for (const Word& w : u.words) {
      EXPECT_EQ(w.first_phone, at);
      at += w.phone_count;
      EXPECT_EQ(u.normalized.substr(w.begin, w.end - w.begin), w.text);
    }
    EXPECT_EQ(at, u.phones.size());
    at = 0;
    std::string joined;
    for (const LanguageRun& r : u.runs) {
      EXPECT_EQ(r.first_phone, at);
      at += r.phone_count;
      joined += r.text;
      if (r.language == Language::kZh) {
        EXPECT_EQ(std::accumulate(r.word2ph.begin(), r.word2ph.end(), 0), int(r.phone_count));
      }
    }
    EXPECT_EQ(at, u.phones.size());
    EXPECT_EQ(joined, text);
    EXPECT_EQ(u.ids.size(), u.phones.size());
  }
}

TEST(Frontend, RefusesWhatCannotBeSpoken) {
  for (const char* text : {"", "   ", "。。！", "😀😀"}) {
    try {
      frontend().analyse(text, Mode::kAuto);
      FAIL() << text;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kInvalidText) << text;
    }
  }
}

TEST(Frontend, NamesTheOffsetOfABadByte) {
  try {
    frontend().analyse(
        "ab\xff"
        "c",
        Mode::kAuto);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kInvalidText);
    EXPECT_THAT(e.what(), HasSubstr("byte 2"));
  }
}

TEST(Frontend, RefusesAMissingLexicon) {
  try {
    Frontend missing("/nonexistent");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kNotFound);
  }
}

TEST(Frontend, ReportsDroppedPictures) {
  Utterance u = frontend().analyse("很好😀！", Mode::kAuto);
  ASSERT_EQ(u.notes.size(), 1u);
  EXPECT_THAT(u.notes[0], HasSubstr("emoji"));
}

TEST(Frontend, SymbolTables) {
  EXPECT_EQ(frontend().symbols().size(), 732u);
  Frontend v1(std::filesystem::path(MYNA_SOURCE_DIR) / "assets/lexicons", {SymbolSet::kV1, false});
  EXPECT_EQ(v1.symbols().size(), 322u);
}

TEST(Frontend, ParsesModes) {
  EXPECT_EQ(parse_mode("all_zh"), Mode::kAllZh);
  EXPECT_THROW(parse_mode("xx"), Error);
}

}  // namespace
}  // namespace myna::text
