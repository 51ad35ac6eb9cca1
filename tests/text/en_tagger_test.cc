#include "text/en/tagger.h"

#include <gtest/gtest.h>

#include "text/golden_support.h"

namespace myna::text::en {
namespace {

using Tags = std::vector<std::string>;

const LexiconFile& table() {
  static const LexiconFile file(lexicon_dir() / "en_tags.lex");
  return file;
}

Tags tagged(const Tags& tokens, bool as_published = false) {
  return Tagger(table(), as_published).tag(tokens);
}

TEST(EnTagger, TellsNounsFromVerbs) {
  EXPECT_EQ(tagged({"They", "record", "a", "record", "."}), (Tags{"PRP", "VBP", "DT", "NN", "."}));
  EXPECT_EQ(tagged({"The", "use", "of", "it"}), (Tags{"DT", "NN", "IN", "PRP"}));
  EXPECT_EQ(tagged({"She", "has", "never", "read", "it"}),
            (Tags{"PRP", "VBZ", "RB", "VBN", "PRP"}));
  EXPECT_EQ(tagged({"Will", "you", "use", "this", "?"})[2], "VB");
  EXPECT_EQ(tagged({"Close", "the", "door"})[0], "VB");
}

TEST(EnTagger, GuessesUnknownWords) {
  EXPECT_EQ(tagged({"He", "blorped", "quickly"})[1], "VBD");
  EXPECT_EQ(tagged({"the", "frumbulosities"})[1], "NNS");
  EXPECT_EQ(tagged({"in", "Blorpia", "again"})[1], "NNP");
}

TEST(EnTagger, ErrsAsThePublishedOne) {
  const Tags tokens = {"The", "metal", "will", "contract", "."};
  EXPECT_EQ(tagged(tokens)[3], "VB");
  EXPECT_EQ(tagged(tokens, true)[3], "NN");
  EXPECT_EQ(tagged({"Please", "leave", "the", "window", "open"}, true)[0], "NNP");
}

TEST(EnTagger, TakesAnyTokens) {
  EXPECT_TRUE(tagged({}).empty());
  EXPECT_EQ(tagged({".", "?", "-", "'"}).size(), 4u);
  EXPECT_EQ(tagged({"", "x"}).size(), 2u);
  const Tags many(100000, "blorp");
  EXPECT_EQ(tagged(many).size(), many.size());
}

TEST(EnTagger, TellsHowRareAWordIs) {
  const Tagger tagger(table(), false);
  EXPECT_LT(tagger.rarity("the"), 4);
  EXPECT_LT(tagger.rarity("market"), tagger.rarity("umbrella"));
  EXPECT_EQ(tagger.rarity("blorp"), 7);
}

TEST(PrefixCode, ReadsCanonicalCodes) {
  // Lengths 2, 1, none, 2: symbol 1 is 0, symbol 0 is 10, symbol 3 is 11.
  const PrefixCode code(std::string_view("\2\1\0\2", 4));
  BitReader bits("\x5c");  // 0 10 11 10 0
  std::vector<size_t> said;
  while (const auto symbol = code.read(&bits)) said.push_back(*symbol);
  EXPECT_EQ(said, (std::vector<size_t>{1, 0, 3, 0, 1}));
  BitReader cut("");
  EXPECT_FALSE(code.read(&cut));
  EXPECT_FALSE(PrefixCode("").read(&bits));
}

}  // namespace
}  // namespace myna::text::en
