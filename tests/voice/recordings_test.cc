#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "audio/io.h"
#include "base/error.h"
#include "base/files.h"
#include "support/temp_dir.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

class Recordings : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("MYNA_ASSETS", MYNA_SOURCE_DIR "/assets", 1);
    setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
  }
  testing::TempDir home_;
};

TEST_F(Recordings, BundledSampleComesWithItsTranscript) {
  const auto recordings = find_recordings("slt");
  ASSERT_EQ(recordings.size(), 1u);
  EXPECT_GT(recordings[0].clip.seconds(), 5);
  EXPECT_EQ(recordings[0].transcript.substr(0, 7), "My name");
}

TEST_F(Recordings, AFolderOfTheUsersVoicesIsOnePerson) {
  const auto folder = home_.path() / "myna" / "voices" / "me";
  std::filesystem::create_directories(folder);
  const audio::Clip clip{std::vector<float>(16000, 0.1f), 16000, 1};
  audio::write_clip(folder / "b.wav", clip);
  audio::write_clip(folder / "a.flac", clip);
  write_file(folder / "a.txt", std::string_view(" Hello there. \n"));
  const auto recordings = find_recordings("me");
  ASSERT_EQ(recordings.size(), 2u);
  EXPECT_EQ(recordings[0].name, "a.flac");
  EXPECT_EQ(recordings[0].transcript, "Hello there.");
  EXPECT_TRUE(recordings[1].transcript.empty());
  const auto names = known_voices();
  EXPECT_EQ(names.front(), "me");
  EXPECT_NE(std::find(names.begin(), names.end(), "rms"), names.end());
}

TEST_F(Recordings, UnknownNamesListTheVoicesThatExist) {
  try {
    find_recordings("nobody");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(std::string(error.what()).find("slt"), std::string::npos);
  }
  EXPECT_THROW(find_recordings("../slt"), Error);
  EXPECT_THROW(find_recordings(""), Error);
}

}  // namespace
}  // namespace myna::voice
