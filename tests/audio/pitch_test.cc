#include "audio/pitch.h"

#include <gtest/gtest.h>

#include <cmath>

#include "audio/audio_support.h"

namespace myna::audio {
namespace {

using testing::babble;
using testing::noise;
using testing::sine;

TEST(Pitch, ToneIsExact) {
  for (int rate : {8000, 16000, 24000, 44100}) {
    for (double hz : {80.0, 137.0, 220.0, 410.0}) {
      const Clip clip = sine(hz, 1.0, rate);
      const PitchTrack track = track_pitch(clip.samples, rate);
      EXPECT_EQ(track.hz.size(), 100U);
      EXPECT_NEAR(track.median_hz(), hz, 0.005 * hz) << rate;
      EXPECT_GT(track.voiced_share(), 0.9);
    }
  }
}

TEST(Pitch, FollowsAVoiceThroughPausesAndNoise) {
  for (double f0 : {95.0, 180.0, 300.0}) {
    Clip clip = babble(4, 16000, f0);
    const Clip hiss = noise(4, 16000, 0.002F);
    for (size_t i = 0; i < clip.samples.size(); ++i) clip.samples[i] += hiss.samples[i];
    const PitchTrack track = track_pitch(clip.samples, 16000);
    EXPECT_NEAR(track.median_hz(), f0, 0.03 * f0);
    // The vibrato of the signal is 5 %: nothing may lie an octave off.
    EXPECT_GT(track.quantile_hz(0.02), 0.85 * f0);
    EXPECT_LT(track.quantile_hz(0.98), 1.15 * f0);
    EXPECT_GT(track.voiced_share(), 0.5);
    EXPECT_LT(track.voiced_share(), 0.95);
  }
}

TEST(Pitch, NoiseAndSilenceAreUnvoiced) {
  EXPECT_LT(track_pitch(noise(3, 16000, 0.1F).samples, 16000).voiced_share(), 0.05);
  EXPECT_EQ(track_pitch(std::vector<float>(16000), 16000).voiced_share(), 0.0);
  EXPECT_TRUE(track_pitch({}, 16000).hz.empty());
  EXPECT_EQ(track_pitch({}, 16000).median_hz(), 0.0);
}

}  // namespace
}  // namespace myna::audio
