#include <gtest/gtest.h>

#include "base/error.h"
#include "text/frontend.h"

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

TEST(Sentences, BadUtf8) { EXPECT_THROW(split_sentences("a\x80"), Error); }

}  // namespace
}  // namespace myna::text
