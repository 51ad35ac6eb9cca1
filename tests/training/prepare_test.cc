#include "training/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "audio/io.h"
#include "base/error.h"
#include "base/files.h"

namespace myna::training {
namespace {

using ::testing::HasSubstr;

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// A corpus of buzzing "recordings": what is tested is the book-keeping, not the speech.
class PrepareTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ =
        std::filesystem::path(::testing::TempDir()) /
        (std::string("prepare_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "corpus");
    options_.corpus = root_ / "corpus";
    options_.recipe = root_ / "data.json";
    options_.out = root_ / "out";
    options_.lexicons = MYNA_SOURCE_DIR "/assets/lexicons";
    index_ = "file\tset\tspeaker\tlanguage\tgender\tage\ttext\tphones\n";
    for (int s = 0; s < 4; ++s) {
      const std::string speaker = "s" + std::to_string(s);
      for (int i = 0; i < 2; ++i) {
        add_recording(speaker + "_" + std::to_string(i) + ".wav", 2.0,
                      "read\t" + speaker + "\ten\t" + (s % 2 ? "f" : "m") +
                          "\tadult\tNICE DAY\tN AY0 S | D EY0");
      }
    }
    add_recording("long.wav", 16.0, "long\tl1\ten\tf\tadult\t\t");
    add_recording("child.wav", 2.0, "read\ts9\ten\tf\t9\tNICE DAY\tN AY0 S | D EY0");
    for (const char* syllable : {"ma1", "ma2", "zhi4", "lv3", "er2", "yuan2"}) {
      add_recording(std::string(syllable) + ".wav", 0.6,
                    std::string("words\tw1\tzh\t\tadult\t\t") + syllable);
    }
    write_file(options_.corpus / "index.tsv", index_);
    write_recipe("");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void add_recording(const std::string& file, double seconds, const std::string& fields) {
    audio::Clip clip;
    clip.sample_rate = 22050;
    for (int i = 0; i < int(seconds * clip.sample_rate); ++i) {
      clip.samples.push_back(0.1f * std::sin(float(i) * 0.05f) *
                             (std::sin(float(i) * 0.0003f) > -0.9f ? 1.0f : 0.0f));
    }
    audio::write_clip(options_.corpus / file, clip);
    index_ += file + "\t" + fields + "\n";
  }

  void write_recipe(const std::string& voices) {
    write_file(root_ / "en.txt", "{a} = big | small | green | old\nThe {a} dog has a {a} house.\n");
    write_file(options_.recipe, R"({"seed": 1, "sample_rate": 16000, "level_db": -23,
      "join_seconds": 2, "shortest_piece": 3, "longest_piece": 7, "longest_item": 14,
      "evaluation_voices": 2, "held_out_synthetic": 0.25, "holdout": "holdout.json",
      "sets": [{"name": "read", "use": "sentences", "held_out_speakers": 2},
               {"name": "long", "use": "cut"}, {"name": "words", "use": "join"}],
      "voices": [)" + voices + R"(],
      "texts": {"en": {"templates": "en.txt", "from_templates": 12}}})");
  }

  std::filesystem::path root_;
  std::string index_;
  PrepareOptions options_;
};

TEST_F(PrepareTest, MakesItemsOfEveryKindAndHoldsSpeakersBack) {
  ASSERT_TRUE(prepare(options_));
  const Dataset dataset(options_.out);
  std::map<std::string, int> sources;
  std::map<std::string, Split> splits;
  for (const auto& item : dataset.items()) {
    ++sources[item.source];
    EXPECT_NE(item.speaker, "read/s9") << "a child's recording was used";
    const auto [at, added] = splits.emplace(item.speaker, item.split);
    EXPECT_EQ(at->second, item.split) << item.speaker << " is in both splits";
    EXPECT_GE(item.sample_count, 16000 * 6 / 10);
    EXPECT_LE(item.sample_count, 16000 * 71 / 10);
    EXPECT_EQ(item.phones.empty(), item.source == "long") << item.id;
  }
  EXPECT_EQ(sources["read"], 8);
  EXPECT_GE(sources["long"], 2);
  EXPECT_GE(sources["words"], 1);
  int held_out = 0;
  for (const auto& [speaker, split] : splits) held_out += split == Split::kValidation ? 1 : 0;
  EXPECT_EQ(held_out, 2);
}

TEST_F(PrepareTest, IsRepeatableAndSkipsWhatIsUpToDate) {
  ASSERT_TRUE(prepare(options_));
  const std::string digest = Dataset(options_.out).digest();
  EXPECT_FALSE(prepare(options_));
  options_.again = true;
  options_.threads = 3;
  EXPECT_TRUE(prepare(options_));
  EXPECT_EQ(Dataset(options_.out).digest(), digest);
  options_.again = false;
  write_file(options_.recipe, read_text(options_.recipe) + " ");
  EXPECT_TRUE(prepare(options_)) << "a changed recipe was not noticed";
}

TEST_F(PrepareTest, UsesTheHeldOutListAsItIs) {
  ASSERT_TRUE(prepare(options_));
  const std::string list = R"({"seed": 1, "speakers": ["read/s3"], "sentences": ["s0_0"],
                               "evaluation_voices": ["read/s3"]})";
  write_file(root_ / "holdout.json", list);
  ASSERT_TRUE(prepare(options_));
  EXPECT_EQ(read_text(root_ / "holdout.json"), list);
  const Dataset dataset(options_.out);
  for (const auto& item : dataset.items()) {
    const bool held_out = item.speaker == "read/s3" || item.id == "s0_0";
    EXPECT_EQ(item.split == Split::kValidation, held_out) << item.id;
  }
}

TEST_F(PrepareTest, LeavesNothingValidWhenARecordingIsMissing) {
  std::filesystem::remove(options_.corpus / "s2_1.wav");
  try {
    prepare(options_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("s2_1.wav"));
  }
  EXPECT_EQ(dataset_inputs_digest(options_.out), "");
}

TEST_F(PrepareTest, SyntheticVoicesReadTheTexts) {
  if (!installed("flite") || !installed("espeak-ng")) {
    GTEST_SKIP() << "flite or espeak-ng is not installed (scripts/install_recipe_deps.sh)";
  }
  write_recipe(R"({"engine": "flite", "voice": "kal16", "language": "en", "hours": 0.003,
                   "scales": [1.0, 1.1]},
                  {"engine": "espeak-ng", "voice": "en", "language": "en", "hours": 0.003,
                   "variants": ["f2", "m3"]})");
  ASSERT_TRUE(prepare(options_));
  std::set<std::string> speakers;
  int held_out = 0;
  const Dataset dataset(options_.out);
  for (const auto& item : dataset.items()) {
    if (!item.synthetic) continue;
    speakers.insert(item.speaker);
    held_out += item.split == Split::kValidation ? 1 : 0;
    const double seconds = double(item.sample_count) / 16000;
    EXPECT_GT(seconds, 1.0) << item.text;  // six words
    EXPECT_LT(seconds, 5.0) << item.text;
    EXPECT_THAT(item.text, HasSubstr("house"));
  }
  EXPECT_THAT(speakers, ::testing::ElementsAre("espeak-ng/en+f2@1.00", "espeak-ng/en+m3@1.00",
                                               "flite/kal16@1.00", "flite/kal16@1.10"));
  EXPECT_GE(held_out, 2);
}

}  // namespace
}  // namespace myna::training
