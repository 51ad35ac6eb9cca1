#include "training/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"

namespace myna::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DatasetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(::testing::TempDir()) /
        ("dataset_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_two(uint64_t seed = 7) {
    DatasetWriter writer(folder_, 16000);
    Item first;
    first.id = "a/1";
    first.speaker = "a/s";
    first.language = "zh";
    first.source = "a";
    first.text = "你好";
    first.phones = {3, 1, 4};
    writer.add(first, std::vector<int16_t>{1, -2, 3});
    Item second;
    second.id = "b/1";
    second.speaker = "b/s";
    second.language = "en";
    second.source = "flite";
    second.synthetic = true;
    second.split = Split::kValidation;
    writer.add(second, std::vector<int16_t>{-32768, 32767});
    writer.commit("inputs", seed);
  }

  std::string error_of_opening() const {
    try {
      Dataset dataset(folder_);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  std::filesystem::path folder_;
};

TEST_F(DatasetTest, ReadsBackWhatWasWritten) {
  write_two();
  const Dataset dataset(folder_);
  EXPECT_EQ(dataset.sample_rate(), 16000);
  ASSERT_EQ(dataset.items().size(), 2u);
  const Item& first = dataset.items()[0];
  EXPECT_EQ(first.id, "a/1");
  EXPECT_EQ(first.text, "你好");
  EXPECT_THAT(first.phones, ElementsAre(3, 1, 4));
  EXPECT_EQ(first.split, Split::kTrain);
  EXPECT_FALSE(first.synthetic);
  EXPECT_THAT(dataset.audio(first), ElementsAre(1, -2, 3));
  const Item& second = dataset.items()[1];
  EXPECT_TRUE(second.synthetic);
  EXPECT_EQ(second.split, Split::kValidation);
  EXPECT_THAT(second.phones, IsEmpty());
  EXPECT_THAT(dataset.audio(second), ElementsAre(-32768, 32767));
  EXPECT_THAT(dataset.codes(second), IsEmpty());
  EXPECT_EQ(dataset_inputs_digest(folder_), "inputs");
}

TEST_F(DatasetTest, CodesAreSeenAfterReopening) {
  write_two();
  write_codes(Dataset(folder_), {{5, 1023}, {9}}, "codebook");
  const Dataset dataset(folder_);
  EXPECT_EQ(dataset.tokeniser_digest(), "codebook");
  EXPECT_THAT(dataset.codes(dataset.items()[0]), ElementsAre(5, 1023));
  EXPECT_THAT(dataset.codes(dataset.items()[1]), ElementsAre(9));
}

TEST_F(DatasetTest, AlignmentsAreSeenAfterReopening) {
  write_two();
  write_codes(Dataset(folder_), {{5, 6, 7}, {9}}, "codebook", {{0, 0, 2}, {}});
  {
    const Dataset dataset(folder_);
    EXPECT_TRUE(dataset.has_alignment());
    EXPECT_THAT(dataset.alignment(dataset.items()[0]), ElementsAre(0, 0, 2));
    EXPECT_THAT(dataset.alignment(dataset.items()[1]), IsEmpty());
  }
  write_codes(Dataset(folder_), {{5, 6, 7}, {9}}, "codebook");
  const Dataset dataset(folder_);
  EXPECT_FALSE(dataset.has_alignment());
  EXPECT_THAT(dataset.alignment(dataset.items()[0]), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "alignment.u16"));
}

TEST_F(DatasetTest, DamagedAlignmentsAreNamed) {
  write_two();
  write_codes(Dataset(folder_), {{5, 6}, {9}}, "codebook", {{0, 3}, {}});  // it has phones 0 .. 2
  EXPECT_THAT(error_of_opening(), HasSubstr("alignment.u16"));
  write_two();
  write_codes(Dataset(folder_), {{5, 6}, {9}}, "codebook", {{0, 2}, {}});
  std::filesystem::resize_file(folder_ / "alignment.u16", 4);
  EXPECT_THAT(error_of_opening(), HasSubstr("alignment.u16"));
}

TEST_F(DatasetTest, AlignmentsMustMatchCodes) {
  write_two();
  EXPECT_THROW(write_codes(Dataset(folder_), {{5, 6}, {}}, "codebook", {{0}, {}}), Error);
  EXPECT_THROW(write_codes(Dataset(folder_), {{5}, {}}, "codebook", {{0}}), Error);
}

TEST_F(DatasetTest, CommitRemovesCodesOfTheOlderDataset) {
  write_two();
  write_codes(Dataset(folder_), {{5}, {}}, "codebook");
  write_two();
  EXPECT_EQ(Dataset(folder_).tokeniser_digest(), "");
}

TEST_F(DatasetTest, DigestFollowsContentsOnly) {
  write_two(1);
  const std::string before = Dataset(folder_).digest();
  write_two(2);
  EXPECT_EQ(Dataset(folder_).digest(), before);
  DatasetWriter writer(folder_, 16000);
  Item item;
  item.id = "a/1";
  writer.add(item, std::vector<int16_t>{1, -2, 4});
  writer.commit("inputs", 1);
  EXPECT_NE(Dataset(folder_).digest(), before);
}

TEST_F(DatasetTest, NothingIsValidBeforeCommit) {
  {
    DatasetWriter writer(folder_, 16000);
    writer.add(Item{}, std::vector<int16_t>{1});
  }
  EXPECT_THAT(error_of_opening(), HasSubstr("dataset.json"));
  EXPECT_EQ(dataset_inputs_digest(folder_), "");
}

TEST_F(DatasetTest, TruncatedAudioIsNamed) {
  write_two();
  std::filesystem::resize_file(folder_ / "audio.i16", 8);
  EXPECT_THAT(error_of_opening(), HasSubstr("audio.i16"));
}

TEST_F(DatasetTest, ChangedItemsAreNamed) {
  write_two();
  std::string text = read_text(folder_ / "items.jsonl");
  text[text.find("a/1")] = 'c';
  write_file(folder_ / "items.jsonl", text);
  EXPECT_THAT(error_of_opening(), HasSubstr("items.jsonl"));
}

TEST_F(DatasetTest, CodesOfAnotherDatasetAreRefused) {
  write_two();
  write_codes(Dataset(folder_), {{5}, {}}, "codebook");
  std::string text = read_text(folder_ / "codes.json");
  const size_t digest = text.find(Dataset(folder_).digest());
  ASSERT_NE(digest, std::string::npos);
  text[digest] = text[digest] == '0' ? '1' : '0';
  write_file(folder_ / "codes.json", text);
  EXPECT_THAT(error_of_opening(), HasSubstr("codes.json"));
}

TEST_F(DatasetTest, CodeListsMustMatchItems) {
  write_two();
  EXPECT_THROW(write_codes(Dataset(folder_), {{5}}, "codebook"), Error);
}

}  // namespace
}  // namespace myna::training
