#include "training/transcripts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/symbols.h"

namespace myna::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TranscriptsTest : public ::testing::Test {
 protected:
  static std::vector<std::string> names(const std::vector<int32_t>& ids) {
    std::vector<std::string> out;
    for (const int32_t id : ids) {
      out.push_back(text::symbol_names(text::SymbolSet::kV2).at(static_cast<size_t>(id)));
    }
    return out;
  }

  text::Frontend frontend_{MYNA_SOURCE_DIR "/assets/lexicons"};
  Transcriber transcriber_{frontend_};
};

TEST_F(TranscriptsTest, TakesStressFromTheFrontEndWherePhonesAgree) {
  const auto ids = transcriber_.from_arpabet("AO1 L W EY0 Z | N AY0 S", "ALWAYS NICE", "a.opus");
  EXPECT_THAT(names(ids), ElementsAre("AO1", "L", "W", "EY2", "Z", "N", "AY1", "S", "."));
}

TEST_F(TranscriptsTest, KeepsPhonesOfTheCorpusWhereTheyDiffer) {
  // "nice" said with another vowel and a stray consonant.
  const auto ids = transcriber_.from_arpabet("N IY0 S T | DH AH0", "NICE THE", "a.opus");
  EXPECT_THAT(names(ids), ElementsAre("N", "IY1", "S", "T", "DH", "AH0", "."));
}

TEST_F(TranscriptsTest, VowelsWithoutStressGetOne) {
  const auto ids = transcriber_.from_arpabet("B UH K S", "QQ", "a.opus");
  EXPECT_THAT(names(ids), ElementsAre("B", "UH1", "K", "S", "."));
}

TEST_F(TranscriptsTest, RefusesForeignPhones) {
  try {
    transcriber_.from_arpabet("B QX", "B", "a.opus");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a.opus"));
    EXPECT_THAT(error.what(), HasSubstr("QX"));
  }
}

TEST_F(TranscriptsTest, MandarinIsSpokenAsPinyinOfTheSamePhones) {
  const auto reading = transcriber_.read("你好，世界", "zh");
  // Third tone before third tone becomes second.
  EXPECT_THAT(names(reading.phones),
              ElementsAre("n", "i2", "h", "ao3", ",", "sh", "ir4", "j", "ie4", "."));
  EXPECT_EQ(reading.spoken, "ni2hao3, shi4jie4.");
}

TEST_F(TranscriptsTest, EnglishIsSpokenWithNumbersSpelledOut) {
  const auto reading = transcriber_.read("There are 12 chairs", "en");
  EXPECT_THAT(reading.spoken, HasSubstr("twelve"));
  EXPECT_EQ(names(reading.phones).back(), ".");
}

TEST_F(TranscriptsTest, WordsHaveNoMarksAroundThem) {
  EXPECT_THAT(names(transcriber_.read_word("学习", "zh")), ElementsAre("x", "ve2", "x", "i2"));
  EXPECT_THAT(names(transcriber_.from_pinyin("lve4")), ElementsAre("l", "ve4"));
  EXPECT_THAT(transcriber_.from_pinyin("_hm2"), IsEmpty());
}

}  // namespace
}  // namespace myna::training
