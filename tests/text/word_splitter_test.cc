#include "text/en/word_splitter.h"

#include <gtest/gtest.h>

#include <map>

#include "text/en/compat_words.h"
#include "text/golden_support.h"

namespace myna::text::en {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& text) {
  static const std::map<std::string, double> words = {
      {"the", 1.3},     {"am", 4.0},    {"art", 4.0},   {"tall", 5.0}, {"all", 2.6},
      {"state", 3.3},   {"this", 2.3},  {"word", 4.0},  {"with", 2.2}, {"out", 2.8},
      {"space", 4.3},   {"four", 3.5},  {"risk", 4.0},  {"of", 1.6},   {"without", 3.4},
      {"restart", 6.0}, {"arts", 4.6},  {"rest", 4.0},  {"axon", 7.0}, {"meters", 5.0},
      {"haan", 7.0},    {"match", 4.6}, {"donald", 4.8}};
  return split_words(text, [](const std::string& w) {
    const auto found = words.find(w);
    return found == words.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(WordSplitter, CutsAtMarksAndIntoKnownWords) {
  EXPECT_EQ(split("state-of-the-art"), (Words{"state", "of", "the", "art"}));
  EXPECT_EQ(split("thiswordwithoutspace"), (Words{"this", "word", "without", "space"}));
  EXPECT_EQ(split("axonaxonaxonaxonaxon"), Words(5, "axon"));
  EXPECT_EQ(split("a.m.four"), (Words{"am", "four"}));
  EXPECT_EQ(split("the.word"), (Words{"the", "word"}));
}

TEST(WordSplitter, CutsALetterFromACommonWord) {
  EXPECT_EQ(split("bfour"), (Words{"b", "four"}));
  EXPECT_EQ(split("trisk"), (Words{"t", "risk"}));
  EXPECT_EQ(split("metersh"), (Words{"meters", "h"}));
  EXPECT_EQ(split("fourdef"), (Words{"four", "def"}));
  EXPECT_EQ(split("fourgb"), (Words{"four", "gb"}));
  EXPECT_EQ(split("matcha"), (Words{"match", "a"}));
  EXPECT_EQ(split("jaxon"), (Words{"jaxon"}));      // axon is rare
  EXPECT_EQ(split("donalds"), (Words{"donalds"}));  // s ends words
}

TEST(WordSplitter, KeepsWhatKnownWordsDoNotMakeUp) {
  EXPECT_EQ(split("thisq"), (Words{"this", "q"}));
  EXPECT_EQ(split("qqword"), (Words{"qqword"}));
  EXPECT_EQ(split("restarts"), (Words{"restarts"}));
  EXPECT_EQ(split("q-word"), (Words{"q", "word"}));
  EXPECT_EQ(split("x"), (Words{"x"}));
  EXPECT_EQ(split(std::string(400, 'q')), (Words{std::string(400, 'q')}));
  EXPECT_TRUE(split("--").empty());
}

/// The reference's splitter also knows the counts of a third of a million words of the web, many of
/// them no words.
TEST(WordSplitter, AgreesWithTheRecordedSplitsWhereItCan) {
  const auto lines = golden_lines("en.jsonl");
  if (lines.empty()) GTEST_SKIP() << "no en.jsonl in " << golden_dir();
  const LexiconFile words(lexicon_dir() / "en_words.lex");
  const LexiconFile differing(lexicon_dir() / "en_compat.lex");
  const LexiconFile tags(lexicon_dir() / "en_tags.lex");
  const CompatDictionary dictionary(words, differing);
  const Tagger tagger(tags, true);
  std::map<std::string, Words> recorded;
  for (const auto& line : lines) {
    if (!line.contains("wordsegment")) continue;
    for (const auto& [word, pieces] : line["wordsegment"].items()) recorded[word] = pieces;
  }
  size_t same = 0;
  for (const auto& [word, pieces] : recorded)
    same += split_words(word, compat_price(dictionary, tagger)) == pieces;
  std::printf("splits: %zu of %zu as recorded\n", same, recorded.size());
  EXPECT_GE(same * 100, recorded.size() * 64);
}

}  // namespace
}  // namespace myna::text::en
