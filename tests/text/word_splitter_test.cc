#include "text/en/word_splitter.h"

#include <gtest/gtest.h>

#include <set>

namespace myna::text::en {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& text) {
  static const std::set<std::string> words = {"the",  "art",  "tall", "all",   "state",  "this",
                                              "word", "with", "out",  "space", "without"};
  return split_words(text, [](const std::string& w) { return words.count(w) > 0; });
}

TEST(WordSplitter, CutsAtMarksAndIntoKnownWords) {
  EXPECT_EQ(split("state-of-the-art"), (Words{"state", "of", "the", "art"}));
  EXPECT_EQ(split("thiswordwithoutspace"), (Words{"this", "word", "without", "space"}));
  EXPECT_EQ(split("the.word"), (Words{"the", "word"}));
}

TEST(WordSplitter, KeepsWhatKnownWordsDoNotMakeUp) {
  EXPECT_EQ(split("thisq"), (Words{"thisq"}));
  EXPECT_EQ(split("q-word"), (Words{"q", "word"}));
  EXPECT_EQ(split("x"), (Words{"x"}));
  EXPECT_EQ(split(std::string(400, 'q')), (Words{std::string(400, 'q')}));
  EXPECT_TRUE(split("--").empty());
}

}  // namespace
}  // namespace myna::text::en
