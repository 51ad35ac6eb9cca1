#include "text/en/compat_dictionary.h"

#include <gtest/gtest.h>

#include "text/golden_support.h"

namespace myna::text::en {
namespace {

class EnCompatDictionary : public ::testing::Test {
 protected:
  static std::string said(const Phones& phones) {
    std::string out;
    for (const std::string& phone : phones) out += (out.empty() ? "" : " ") + phone;
    return out;
  }
  std::string reading(const char* word) const { return said(dictionary_.reading(word)); }
  std::string name(const char* word) const { return said(dictionary_.name(word)); }
  std::string homograph(const char* word, const char* tag) const {
    return said(dictionary_.homograph(word, tag));
  }

 private:
  LexiconFile words_{lexicon_dir() / "en_words.lex"};
  LexiconFile differing_{lexicon_dir() / "en_compat.lex"};
  CompatDictionary dictionary_{words_, differing_};
};

TEST_F(EnCompatDictionary, ReadsAsTheReferencesEdition) {
  EXPECT_EQ(reading("kitchen"), "K IH1 CH AH0 N");
  EXPECT_EQ(reading("acid"), "AE1 S IH0 D");
  EXPECT_EQ(reading("africa"), "AE1 F R IH0 K AA0");
  EXPECT_EQ(reading("solution"), "S AA0 L UW1 SH AH0 N");
  EXPECT_EQ(reading("started"), "S T AA1 R T IH0 D");
  EXPECT_EQ(reading("decorated"), "D EH1 K ER0 EY2 T AH0 D");
}

TEST_F(EnCompatDictionary, LacksWhatTheReferenceLacks) {
  for (const char* word : {"ai", "os", "netflix", "gazebo", "blorptastic"})
    EXPECT_EQ(reading(word), "") << word;
}

TEST_F(EnCompatDictionary, KnowsFirstNames) {
  EXPECT_EQ(name("Elon"), "EH1 L AH0 N");
  EXPECT_EQ(name("elon"), "");
  EXPECT_EQ(name("ELON"), "");
  EXPECT_EQ(reading("elon"), "");
  EXPECT_EQ(name("Kitchen"), "");
}

TEST_F(EnCompatDictionary, TellsHomographsByTheBeginningOfTheTag) {
  EXPECT_EQ(homograph("use", "VBP"), "Y UW1 Z");
  EXPECT_EQ(homograph("use", "NN"), "Y UW1 S");
  EXPECT_EQ(homograph("used", "VBN"), "Y UW1 Z D");
  EXPECT_EQ(homograph("used", "VBD"), "Y UW1 S T");
  EXPECT_EQ(homograph("closer", "NN"), "K L OW1 Z ER0");
  EXPECT_EQ(homograph("closer", "JJR"), "K L OW1 S ER0");
  EXPECT_EQ(homograph("kitchen", "NN"), "");
}

TEST_F(EnCompatDictionary, KeepsTheReferencesOwnReadings) {
  EXPECT_EQ(homograph("read", "VB"), "R IY1 D");
  EXPECT_EQ(homograph("read", "VBP"), "R IY1 D");
  EXPECT_EQ(homograph("read", "VBD"), "R EH1 D");
  EXPECT_EQ(homograph("complex", "JJ"), "K AH0 M P L EH1 K S");
  EXPECT_EQ(homograph("complex", "NN"), "K AA1 M P L EH0 K S");
}

}  // namespace
}  // namespace myna::text::en
