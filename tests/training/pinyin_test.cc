#include "training/pinyin.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace myna::training {
namespace {

// Syllables of the table that are spelled as another one (ê, m, n, ng; uncommon -ng finals).
TEST(Pinyin, AgreesWithTheTableOfTheTextFloor) {
  std::ifstream table(MYNA_SOURCE_DIR "/assets/lexicons/sources/pinyin_syllables.tsv");
  ASSERT_TRUE(table);
  std::string line;
  int checked = 0;
  while (std::getline(table, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string syllable, initial, final;
    fields >> syllable >> initial >> final;
    const auto symbols = pinyin_to_symbols(syllable + "3");
    ASSERT_TRUE(symbols) << syllable;
    EXPECT_EQ(symbols->first, initial) << syllable;
    EXPECT_EQ(symbols->second, final + "3") << syllable;
    const auto back = symbols_to_pinyin(initial, final + "3");
    ASSERT_TRUE(back) << syllable;
    EXPECT_EQ(pinyin_to_symbols(*back), symbols) << syllable;
    ++checked;
  }
  EXPECT_GT(checked, 400);
}

TEST(Pinyin, AcceptsTheSpellingsOfRecordedSets) {
  EXPECT_EQ(pinyin_to_symbols("luu3"), (std::pair<std::string, std::string>("l", "v3")));
  EXPECT_EQ(pinyin_to_symbols("nuue4"), (std::pair<std::string, std::string>("n", "ve4")));
  EXPECT_EQ(pinyin_to_symbols("er2"), (std::pair<std::string, std::string>("EE", "er2")));
}

TEST(Pinyin, RefusesWhatIsNoSyllable) {
  for (const char* text : {"", "3", "hm2", "_hm2", "ma", "ma6", "vr1", "zh4"}) {
    EXPECT_FALSE(pinyin_to_symbols(text)) << text;
  }
  EXPECT_FALSE(symbols_to_pinyin("HH", "AH0"));
  EXPECT_FALSE(symbols_to_pinyin("b", "vn2"));
  EXPECT_FALSE(symbols_to_pinyin(",", "a1"));
}

}  // namespace
}  // namespace myna::training
