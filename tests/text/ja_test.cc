// Japanese: what the rules do to words, and how they are told.
#include <gtest/gtest.h>

#include "base/error.h"
#include "text/frontend.h"
#include "text/golden_support.h"
#include "text/ja/japanese.h"
#include "text/ja/kana.h"
#include "text/ja/normalizer.h"
#include "text/ja/prosody.h"

namespace myna::text {
namespace {

const ja::Japanese& japanese(bool compat = false) {
  static const ja::Japanese own({lexicon_dir(), SymbolSet::kV2, false}),
      reference({lexicon_dir(), SymbolSet::kV2, true});
  return compat ? reference : own;
}

std::string phones_of(const Reading& reading) {
  std::string out;
  for (const ReadWord& word : reading.words) {
    for (const std::string& phone : word.phones) out += (out.empty() ? "" : " ") + phone;
  }
  return out;
}

std::string read(const std::string& text, bool compat = false) {
  return phones_of(japanese(compat).read(text, {}));
}

TEST(Japanese, MarksPitchAndPhrases) {
  EXPECT_EQ(read("箸を持つ。"), "h a ] sh i o # m o ] ts u .");
  EXPECT_EQ(read("橋を渡る。"), "h a [ sh i ] o # w a [ t a r u .");
  EXPECT_EQ(read("東京へ行きました"), "t o [ o ky o o e # i [ k i m a ] sh i t a");
}

TEST(Japanese, NumbersSoundAsTheirCountersWant) {
  EXPECT_EQ(read("三本"), "s a [ N ] b o N");
  EXPECT_EQ(read("六本"), "r o [ cl ] p o N");
  EXPECT_EQ(read("一人"), "h i [ t o ] r i");
  EXPECT_EQ(read("20日"), "h a [ ts u k a");
  EXPECT_EQ(read("4時"), "y o ] j i");
  EXPECT_EQ(read("300"), "s a ] N by a k u");
}

TEST(Japanese, WordsTileTheText) {
  const std::string text = "2024年の8月20日に、120人が来た。";
  for (const bool compat : {false, true}) {
    const Reading reading = japanese(compat).read(text, {});
    EXPECT_EQ(reading.normalized, text);
    std::string joined;
    for (const ReadWord& word : reading.words) {
      EXPECT_EQ(word.begin, joined.size()) << word.text;
      joined += word.text;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(Japanese, NormalizesWhatIsWrittenInSigns) {
  EXPECT_EQ(ja::normalize("2024/1/5"), "2024年1月5日");
  EXPECT_EQ(ja::normalize("10:05"), "10時5分");
  EXPECT_EQ(ja::normalize("１０：００"), "10時");
  EXPECT_EQ(ja::normalize("¥1,234,567"), "1234567円");
  EXPECT_EQ(ja::normalize("3.14"), "3・14");
  EXPECT_EQ(ja::normalize("気温は-5℃"), "気温はマイナス5度");
  EXPECT_EQ(ja::normalize("1/2"), "2ぶんの1");
  EXPECT_EQ(ja::normalize("5〜6人"), "5から6人");
  EXPECT_EQ(ja::normalize("「ｱｲｳ」だ。」！？"), "アイウだ!");
  EXPECT_EQ(ja::normalize("そう..."), "そう…");
  for (const char* text : {"2024/1/5", "¥1,234", "3.14%", "「はい」。", "待って……", "A-B"}) {
    const std::string once = ja::normalize(text);
    EXPECT_EQ(ja::normalize(once), once);
  }
}

TEST(Japanese, ReadsDecimalsThatTheReferenceTakesApart) {
  EXPECT_EQ(read("3.14"), "s a [ N t e N # i [ ch i y o ] N");
  EXPECT_EQ(read("3.14", true), "s a [ N . j u [ u # y o ] N");
}

TEST(Japanese, TellsWhatItSkips) {
  EXPECT_EQ(japanese().read("猫§犬", {}).skipped, "§");
  EXPECT_EQ(read("「猫」"), "n e ] k o");
}

TEST(Japanese, WrittenKana) {
  using Moras = std::vector<std::string>;
  EXPECT_EQ(ja::written_moras("は'し"), (Moras{"ハ", "'", "シ"}));
  EXPECT_EQ(ja::written_moras("トーキョー"), (Moras{"ト", "ー", "キョ", "ー"}));
  EXPECT_EQ(ja::written_moras("しんぶん'"), (Moras{"シ", "ン", "ブ", "ン", "'"}));
  for (const char* wrong : {"", "ー", "'は", "は''", "漢", "kana", "は1"})
    EXPECT_TRUE(ja::written_moras(wrong).empty()) << wrong;
}

TEST(Japanese, PronunciationsOfTheUserStand) {
  const Pronunciation pronunciation{Language::kJa, ja::written_moras("あす'か")};
  const std::string text = "これは飛鳥です。";
  const size_t begin = text.find("飛鳥");
  const Reading reading =
      japanese().read(text, {{{begin, begin + std::string("飛鳥").size()}, &pronunciation}});
  EXPECT_EQ(phones_of(reading), "k o [ r e w a # a [ s u ] k a d e s u .");
  bool told = false;
  for (const ReadWord& word : reading.words) {
    EXPECT_EQ(word.by_user, word.text == "飛鳥");
    told |= word.by_user;
  }
  EXPECT_TRUE(told);
}

TEST(Japanese, OddInputIsHarmless) {
  for (const std::string text :
       {"", " ", "。", "ーーー", "゛゜", "ヶヮ", "っっっ", "・", "々々", "ﾞ"}) {
    EXPECT_NO_THROW(read(text)) << text;
    EXPECT_NO_THROW(read(text, true)) << text;
  }
  std::string digits(5000, '9'), kana;
  for (int i = 0; i < 5000; ++i) kana += "あ";
  EXPECT_NO_THROW(read(digits));
  EXPECT_NO_THROW(read(kana));
}

TEST(Japanese, IsReadByTheFrontend) {
  const Frontend frontend(lexicon_dir());
  const Utterance all = frontend.analyse("今日は晴れです。", Mode::kAllJa);
  ASSERT_EQ(all.runs.size(), 1U);
  EXPECT_EQ(all.runs[0].language, Language::kJa);
  const Utterance mixed = frontend.analyse("今日はPythonを勉強します。", Mode::kJa);
  ASSERT_EQ(mixed.runs.size(), 3U);
  EXPECT_EQ(mixed.runs[1].language, Language::kEn);
  const auto told = frontend.find_pronunciation("は'し");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->language, Language::kJa);
}

}  // namespace
}  // namespace myna::text
