#include "evaluation/holdout.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace myna::evaluation {
namespace {

TEST(Holdout, KnowsSpeakersSentencesAndTheirPieces) {
  Holdout holdout;
  holdout.speakers = {"set/a"};
  holdout.sentences = {"set/b/1"};
  EXPECT_TRUE(holdout.contains("set/a", "set/a/7"));
  EXPECT_TRUE(holdout.contains("set/b", "set/b/1"));
  EXPECT_TRUE(holdout.contains("set/b", "set/b/1#2"));
  EXPECT_FALSE(holdout.contains("set/b", "set/b/10"));
}

TEST(Holdout, DrawsTheSameWhateverTheOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("speaker" + std::to_string(i));
  const auto drawn = draw(names, 10, 5);
  EXPECT_EQ(drawn.size(), 10u);
  std::reverse(names.begin(), names.end());
  names.push_back(names.front());
  EXPECT_EQ(draw(names, 10, 5), drawn);
  EXPECT_NE(draw(names, 10, 6), drawn);
  EXPECT_EQ(draw({"a", "a"}, 5, 1).size(), 1u);
}

TEST(Holdout, ReadsBackAndRefusesForeignVoices) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "holdout_test.json";
  Holdout holdout;
  holdout.seed = 3;
  holdout.speakers = {"set/a"};
  holdout.sentences = {"set/b/1"};
  holdout.evaluation_voices = {"set/a"};
  write_holdout(path, holdout);
  const Holdout back = read_holdout(path);
  EXPECT_EQ(back.seed, 3u);
  EXPECT_EQ(back.speakers, holdout.speakers);
  EXPECT_EQ(back.sentences, holdout.sentences);
  EXPECT_EQ(back.evaluation_voices, holdout.evaluation_voices);
  holdout.evaluation_voices = {"set/c"};
  write_holdout(path, holdout);
  EXPECT_THROW(read_holdout(path), Error);
  std::filesystem::remove(path);
}

// The list that the starter recipe was drawn with: what the starter model was never trained on.
TEST(Holdout, OfTheStarterRecipeIsComplete) {
  const auto holdout = read_holdout(MYNA_SOURCE_DIR "/recipes/starter/holdout.json");
  EXPECT_EQ(holdout.speakers.size(), 30u);
  EXPECT_EQ(holdout.evaluation_voices.size(), 20u);
  EXPECT_GE(holdout.sentences.size(), 200u);
}

}  // namespace
}  // namespace myna::evaluation
