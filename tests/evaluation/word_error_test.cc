#include "evaluation/word_error.h"

#include <gtest/gtest.h>

#include "audio/io.h"
#include "evaluation/recogniser.h"

namespace myna::evaluation {
namespace {

TEST(WordError, IgnoresCaseAndPunctuation) {
  EXPECT_EQ(word_errors("Don't stop, please!", "don't stop please").errors, 0);
  EXPECT_EQ(spoken_words("A b-c 12"), (std::vector<std::string>{"a", "b", "c", "12"}));
}

TEST(WordError, CountsEveryKind) {
  const WordErrors errors = word_errors("one two three four", "one too four five");
  EXPECT_EQ(errors.words, 4);
  EXPECT_EQ(errors.errors, 3);
}

TEST(Recogniser, ReadsTheBundledSample) {
  if (!Recogniser::available()) GTEST_SKIP() << "pocketsphinx is not installed";
  const audio::Clip clip = audio::read_clip(MYNA_SOURCE_DIR "/assets/samples/rms.flac");
  const auto texts = Recogniser().transcribe({clip});
  ASSERT_EQ(texts.size(), 1u);
  const WordErrors errors = word_errors(
      "Good evening, and welcome. Tonight I will read a short story about a clever bird that could "
      "repeat every voice it had ever heard in the forest.",
      texts[0]);
  EXPECT_LT(errors.rate(), 0.4) << texts[0];
}

}  // namespace
}  // namespace myna::evaluation
