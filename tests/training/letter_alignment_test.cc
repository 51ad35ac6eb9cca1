// Letters and the phones that they say.
#include "training/letter_alignment.h"

#include <gtest/gtest.h>

#include <numeric>

#include "training/letter_data.h"

namespace myna::training {
namespace {

TEST(LetterAlignment, FindsSilentLetters) {
  std::vector<AlignedWord> words = {{"fox", {"F", "AA1", "K", "S"}, {}},
                                    {"box", {"B", "AA1", "K", "S"}, {}},
                                    {"sob", {"S", "AA1", "B"}, {}},
                                    {"fob", {"F", "AA1", "B"}, {}},
                                    {"knob", {"N", "AA1", "B"}, {}},
                                    {"nob", {"N", "AA1", "B"}, {}},
                                    {"knock", {"N", "AA1", "K"}, {}},
                                    {"bonk", {"B", "AA1", "NG", "K"}, {}},
                                    {"o", {"AA1"}, {}},
                                    {"oh", {"AA1"}, {}},
                                    {"ob", {"AA1", "B"}, {}},
                                    {"of", {"AA1", "F"}, {}},
                                    {"b", {"D", "AH1", "B", "AH0", "L"}, {}}};
  align_letters(&words);
  using Takes = std::vector<int>;
  EXPECT_EQ(words[4].takes, (Takes{0, 1, 1, 1}));
  EXPECT_TRUE(words.back().takes.empty());  // five phones are too many for one letter
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    EXPECT_EQ(words[i].takes.size(), words[i].word.size());
    EXPECT_EQ(std::accumulate(words[i].takes.begin(), words[i].takes.end(), 0),
              int(words[i].phones.size()));
  }
}

TEST(LetterData, SoundsSayTheWordAgain) {
  const LetterDictionary dictionary =
      load_letter_dictionary(MYNA_SOURCE_DIR "/assets/lexicons/en_words.lex");
  EXPECT_GT(dictionary.train.size(), 100'000U);
  EXPECT_NEAR(double(dictionary.unseen.size()) / double(dictionary.train.size()), 1.0 / 19, 0.002);
  EXPECT_EQ(dictionary.sounds.front(), "");
  for (const LetterWord& word : dictionary.train) {
    ASSERT_EQ(word.sounds.size(), word.word.size()) << word.word;
    if (word.word != "fox") continue;
    std::string said;
    for (const int64_t sound : word.sounds) said += dictionary.sounds[size_t(sound)] + " ";
    EXPECT_EQ(said, "F AA1 K S ");
  }
}

}  // namespace
}  // namespace myna::training
