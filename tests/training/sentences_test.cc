#include "training/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "base/files.h"

namespace myna::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SentencesTest : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& contents) {
    const auto path = std::filesystem::path(::testing::TempDir()) /
                      (std::string("sentences_") +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());
    write_file(path, contents);
    return path;
  }
};

TEST_F(SentencesTest, PlainSentencesHoldOnlyWordsAndMarks) {
  EXPECT_TRUE(is_plain_sentence("It's a fine day, isn't it?", "en"));
  EXPECT_FALSE(is_plain_sentence("Too short", "en"));
  EXPECT_FALSE(is_plain_sentence("We met at 5 o'clock today.", "en"));
  EXPECT_FALSE(is_plain_sentence("The USA is a country.", "en"));
  EXPECT_FALSE(is_plain_sentence("Read the file a.out at once.", "en"));
  EXPECT_TRUE(is_plain_sentence("兰叶春葳蕤，桂华秋皎洁。", "zh"));
  EXPECT_FALSE(is_plain_sentence("我用 Debian 系统。", "zh"));
  EXPECT_FALSE(is_plain_sentence("你好。", "zh"));
}

TEST_F(SentencesTest, FortunesLoseColoursAndAttributions) {
  const auto english = file(
      "A banker lends you his umbrella\nand wants it back. It is 5 euros.\n\t\t-- Mark Twain\n%\n"
      "Nobody knows why this is so.\n");
  EXPECT_THAT(fortune_sentences(english, "en"),
              ElementsAre("A banker lends you his umbrella and wants it back.",
                          "Nobody knows why this is so."));
  const auto mandarin =
      file("\x1b[32m《送别》\x1b[m\n下马饮君酒，问君何所之。\n君言不得意，归卧南山陲。\n");
  EXPECT_THAT(fortune_sentences(mandarin, "zh"), ElementsAre("君言不得意，归卧南山陲。"));
}

TEST_F(SentencesTest, TemplatesFillSlotsAndNumbers) {
  const Templates templates(
      file("# names\n{name} = Zoe | {other}\n{other} = Roy\n\n{name} has {2-4} cats.\n"));
  const auto sentences = templates.draw(6, Rng(1));
  EXPECT_THAT(std::set<std::string>(sentences.begin(), sentences.end()),
              ElementsAre("Roy has 2 cats.", "Roy has 3 cats.", "Roy has 4 cats.",
                          "Zoe has 2 cats.", "Zoe has 3 cats.", "Zoe has 4 cats."));
  EXPECT_EQ(templates.draw(6, Rng(1)), sentences);
}

TEST_F(SentencesTest, UnknownSlotsAreNamed) {
  const Templates templates(file("We met {somebody} today.\n"));
  try {
    templates.draw(1, Rng(1));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("{somebody}"));
  }
}

TEST_F(SentencesTest, RareUnitsComeEarly) {
  std::vector<std::vector<int32_t>> units(200, {1, 2, 3});
  units[137] = {4, 5, 6};
  const auto order = order_for_coverage(units, Rng(3));
  ASSERT_EQ(std::set<size_t>(order.begin(), order.end()).size(), units.size());
  // Chosen as soon as it comes into the block of candidates, unless it was there from the start.
  const auto plain = order_for_coverage(std::vector<std::vector<int32_t>>(200, {1, 2, 3}), Rng(3));
  const auto place = [](const std::vector<size_t>& list) {
    return std::find(list.begin(), list.end(), 137u) - list.begin();
  };
  EXPECT_LE(place(order), place(plain));
}

}  // namespace
}  // namespace myna::training
