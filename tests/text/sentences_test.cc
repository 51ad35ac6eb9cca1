#include "text/sentences.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "text/frontend.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

std::string join(const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& p : pieces) out += p;
  return out;
}

TEST(Sentences, CutsAtSentenceEnds) {
  auto pieces = split_sentences("你好。我是小明！Are you OK? Yes, Mr. Smith is.");
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[1], "我是小明！");
  EXPECT_EQ(pieces[3], "Yes, Mr. Smith is.");
}

TEST(Sentences, KeepsNumbersAndQuotesWhole) {
  EXPECT_EQ(split_sentences("Pi is 3.14 and e is 2.72.").size(), 1u);
  EXPECT_EQ(split_sentences("他说：“走吧。快点！”然后就走了。"),
            (std::vector<std::string>{"他说：“走吧。快点！”", "然后就走了。"}));
  EXPECT_EQ(split_sentences("他（很高。很瘦）来了。").size(), 1u);
}

TEST(Sentences, NoFragmentOfOneCharacter) {
  for (const std::string& p : split_sentences("好。好。是的。嗯。")) EXPECT_GE(p.size(), 6u) << p;
}

TEST(Sentences, JoinedGiveTheText) {
  std::string text =
      "第一句话在这里，第二个分句也在这里；然后还有(括号里的内容。真的)，最后。\nNext line.";
  EXPECT_EQ(join(split_sentences("  " + text + " \n")), text);
  EXPECT_EQ(join(split_sentences(text, 20)), text);
}

TEST(Sentences, LongTextIsCutNearTheLimit) {
  std::string text;
  for (int i = 0; i < 25000; ++i) text += "字词，a";
  auto pieces = split_sentences(text);
  EXPECT_EQ(join(pieces), text);
  for (const std::string& p : pieces) EXPECT_LT(p.size(), 700u);
  std::string letters(100000, 'a');
  EXPECT_EQ(join(split_sentences(letters)), letters);
}

TEST(Sentences, LongSentencesAreCutInFewBalancedParts) {
  // About 2.3 times the limit: three parts of about equal length, cut at the commas.
  std::string text;
  for (int i = 0; i < 12; ++i) text += "他们沿着河边慢慢地走着，看见远处的山，";
  text += "然后回家。";
  const auto pieces = split_sentences(text);
  EXPECT_EQ(join(pieces), text);
  EXPECT_EQ(pieces.size(), 3u);
  size_t longest = 0, shortest = text.size();
  for (size_t i = 0; i < pieces.size(); ++i) {
    longest = std::max(longest, pieces[i].size());
    shortest = std::min(shortest, pieces[i].size());
    if (i + 1 < pieces.size()) {
      EXPECT_EQ(pieces[i].substr(pieces[i].size() - 3), "，") << pieces[i];
    }
  }
  EXPECT_LT(longest, shortest * 3 / 2);
}

TEST(Sentences, NeverInsideANumberQuoteOrPair) {
  std::string text = "the value";
  for (int i = 0; i < 60; ++i) text += " then 1,234,567.89 (or so it is said)";
  for (const std::string& p : split_sentences(text, 40)) {
    EXPECT_EQ(std::count(p.begin(), p.end(), '('), std::count(p.begin(), p.end(), ')')) << p;
    EXPECT_TRUE(p.find("1,") == std::string::npos || p.find("1,234,567.89") != std::string::npos)
        << p;
  }
  EXPECT_EQ(split_sentences("He said \"Go. Now!\" and left. \"Yes.\" She sat."),
            (std::vector<std::string>{"He said \"Go. Now!\" and left. ", "\"Yes.\" ", "She sat."}));
  EXPECT_EQ(split_sentences("1. First point. 2. Second point.").front(), "1. First point. ");
}

/// Feeds `text` in pieces of `piece` characters.
std::vector<size_t> lengths(const std::u32string& text, size_t piece) {
  SentenceCutter cutter(60);
  std::vector<size_t> out;
  for (size_t at = 0; at < text.size(); at += piece) {
    cutter.push(std::u32string_view(text).substr(at, piece));
    while (auto length = cutter.next()) out.push_back(*length);
  }
  cutter.finish();
  while (auto length = cutter.next()) out.push_back(*length);
  return out;
}

TEST(Sentences, AStreamIsCutAsTheWhole) {
  const char* const kParts[] = {"好。",
                                "他说：“走吧。快点！”然后走了。",
                                "Mr. Smith left at 5 p.m. and ",
                                "\"Quoted. Text\" here! ",
                                "\n",
                                "3.14，",
                                "(open. bracket ",
                                ") ",
                                "嗯。",
                                "字词，",
                                "...",
                                "A very long clause without any mark at all ",
                                "\"",
                                "5'10\" tall. ",
                                " ",
                                "1. ",
                                "😀",
                                "“没关的引号。"};
  uint32_t state = 7;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      state = state * 1664525 + 1013904223;
      text += kParts[(state >> 16) % std::size(kParts)];
    }
    const std::u32string points = decode_utf8(text);
    const auto whole = lengths(points, points.size());
    for (size_t piece : {size_t{1}, size_t{3}, size_t{17}}) {
      ASSERT_EQ(lengths(points, piece), whole) << text;
    }
    size_t sum = 0;
    for (size_t length : whole) sum += length;
    EXPECT_EQ(sum, points.size());
  }
}

TEST(Sentences, AStreamGivesASentenceAsSoonAsItIsComplete) {
  SentenceCutter cutter;
  cutter.push(U"The first one is done. Th");
  EXPECT_EQ(cutter.next(), std::optional<size_t>(23));
  cutter.push(U"e second ends with the line.\n");
  EXPECT_EQ(cutter.next(), std::optional<size_t>(31));
  cutter.push(U"第三句说完了。第");
  EXPECT_EQ(cutter.next(), std::nullopt);
  cutter.push(U"四");
  EXPECT_EQ(cutter.next(), std::optional<size_t>(7));
  cutter.finish();
  EXPECT_EQ(cutter.next(), std::optional<size_t>(2));
}

TEST(Sentences, GluedWordsAreNotCut) {
  SentenceCutter cutter(16);
  cutter.push(U"this is said by ");
  cutter.push(U"U.S. No. 1! yes", true);
  cutter.push(U" and that is all");
  cutter.finish();
  size_t at = 0;
  while (auto length = cutter.next()) {
    at += *length;
    EXPECT_FALSE(at > 16 && at < 31) << at;
  }
  EXPECT_EQ(at, 47u);
}

TEST(Sentences, BadUtf8) { EXPECT_THROW(split_sentences("a\x80"), Error); }

}  // namespace
}  // namespace myna::text
