// User lexicons: how entries match, which wins, and what a bad line says.
#include "text/user_lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "support/temp_dir.h"
#include "text/golden_support.h"
#include "text/text_reader.h"

namespace myna::text {
namespace {

using ::testing::HasSubstr;

const Frontend& frontend() {
  static const Frontend instance(lexicon_dir());
  return instance;
}

std::string phones(std::string_view text, const std::vector<std::string>& lexicons) {
  UserLexicons parsed;
  for (const std::string& tsv : lexicons)
    parsed.push_back(UserLexicon::parse(tsv, "test.tsv", frontend()));
  std::string out;
  for (const Sentence& sentence : read_sentences(text, TextFormat::kMarkup, frontend(), parsed)) {
    for (const std::string& p : frontend().analyse(sentence, Mode::kAuto).phones)
      out += (out.empty() ? "" : " ") + p;
  }
  return out;
}

TEST(UserLexicon, BeatsTheDictionaries) {
  EXPECT_EQ(phones("我在行香子。", {"行香子\thang2 xiang1 zi3\n"}),
            "w o3 z ai4 h ang2 x iang1 z i03 .");
  EXPECT_EQ(phones("Hello", {"hello\tB AY1\ten\n"}), "B AY1");
}

TEST(UserLexicon, HoldsWordsOfEveryLanguage) {
  EXPECT_EQ(phones("これは箸です。", {"箸\tは'し\tja\n"}), phones("これは<箸|は'し>です。", {}));
  EXPECT_NE(phones("これは箸です。", {"箸\tは'し\n"}), phones("これは箸です。", {"箸\tはし\n"}));
  EXPECT_EQ(phones("값이 올랐다.", {"값이\t갑씨\tko\n"}), phones("<값이|갑씨> 올랐다.", {}));
  EXPECT_EQ(phones("我哋去銀行喇", {"銀行\tngan4 hang2\tyue\n"}),
            phones("[lang:yue]我哋去<銀行|ngan4 hang2>喇[/lang]", {}));
}

TEST(UserLexicon, LongestMatchWins) {
  const std::string tsv = "# names\n\n重\tchong2\n重庆人\tzhong4 qing4 ren2\n";
  EXPECT_EQ(phones("重庆人", {tsv}), "zh ong4 q ing4 r en2");
  EXPECT_EQ(phones("重庆", {tsv}), "ch ong2 q ing4");
}

TEST(UserLexicon, LaterLexiconsAndMarkupWin) {
  EXPECT_EQ(phones("行", {"行\thang2\n", "行\txing4\n"}), "x ing4");
  EXPECT_EQ(phones("<行|heng2>", {"行\thang2\n"}), "h eng2");
}

TEST(UserLexicon, LatinWordsMatchAsWholeWords) {
  const std::string tsv = "\xEF\xBB\xBFmyna\tM AY1 N AH0\r\nUS\tY UW1 EH1 S\r\n";
  EXPECT_EQ(phones("Myna's", {tsv}), "M AY1 N AH0 Z");
  EXPECT_EQ(phones("MYNA.", {tsv}), "M AY1 N AH0 .");
  EXPECT_EQ(phones("mynas", {tsv}), phones("mynas", {}));
  EXPECT_EQ(phones("let us go", {tsv}), phones("let us go", {}));
  EXPECT_EQ(phones("我爱Myna。", {tsv}), "w o3 AA ai4 M AY1 N AH0 .");
  EXPECT_EQ(phones("I don't", {"don\tD AA1 N\n"}), phones("I don't", {}));
}

TEST(UserLexicon, ErrorsNameFileLineAndRemedy) {
  const auto error_of = [](const std::string& tsv) {
    try {
      UserLexicon::parse(tsv, "names.tsv", frontend());
      return std::string("accepted");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
      return std::string(error.what());
    }
  };
  EXPECT_THAT(error_of("# ok\n行\n"),
              HasSubstr("names.tsv: line 2, column 1: write a word, a tab"));
  EXPECT_THAT(error_of("行\thagn2\n"), HasSubstr("line 1, column 3: 'hagn2'"));
  EXPECT_THAT(error_of("银行\thang2\n"), HasSubstr("2 characters"));
  EXPECT_THAT(error_of("read\tR EH1 D\tzh\n"), HasSubstr("the language is 'zh'"));
  EXPECT_THAT(error_of("a\tb\tc\td\n"), HasSubstr("line 1"));
  EXPECT_THAT(error_of("ok\tOW1 K EY1\n\xff\tOW1\n"), HasSubstr("line 2"));
  EXPECT_EQ(error_of("# nothing\n"), "accepted");
}

TEST(UserLexicon, IsReadFromAFile) {
  testing::TempDir folder;
  const auto path = folder.path() / "lexicon.tsv";
  write_file(path, std::string_view("Myna\tM AY1 N AH0\n行\thang2\n"));
  EXPECT_EQ(UserLexicon::load(path, frontend())->size(), 2u);
  EXPECT_THROW(UserLexicon::load(folder.path() / "absent.tsv", frontend()), Error);
}

}  // namespace
}  // namespace myna::text
