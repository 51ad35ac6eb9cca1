#include "audio/loudness.h"

#include <gtest/gtest.h>

#include "audio/audio_support.h"

namespace myna::audio {
namespace {

using testing::noise;
using testing::sine;

TEST(Loudness, ReferenceTone) {
  // BS.1770: a full-scale sine of 997 Hz in one channel reads -3.01 LUFS; the filters taken to
  // other rates may differ by the tenth that EBU Tech 3341 allows.
  for (int rate : {16000, 32000, 44100, 48000}) {
    EXPECT_NEAR(integrated_loudness(sine(997, 5, rate, 1.0)), -3.01, 0.1) << rate;
    EXPECT_NEAR(integrated_loudness(sine(997, 5, rate, 0.1)), -23.01, 0.1) << rate;
  }
  // Low frequencies count less, high ones more.
  EXPECT_LT(integrated_loudness(sine(40, 5, 48000, 1.0)), -6.0);
  EXPECT_GT(integrated_loudness(sine(4000, 5, 48000, 1.0)), -0.5);
}

TEST(Loudness, PausesAreGated) {
  Clip clip = sine(997, 4, 48000, 0.1);
  const double alone = integrated_loudness(clip);
  clip.samples.resize(clip.samples.size() * 3);  // silence after it
  EXPECT_NEAR(integrated_loudness(clip), alone, 0.3);
}

TEST(Loudness, SilenceAndNothing) {
  EXPECT_EQ(integrated_loudness({}), kSilenceDb);
  EXPECT_EQ(integrated_loudness({std::vector<float>(48000), 48000, 1}), kSilenceDb);
  EXPECT_EQ(rms({}), 0.0F);
  EXPECT_EQ(peak({}), 0.0F);
  EXPECT_EQ(to_db(0), kSilenceDb);
  EXPECT_NEAR(to_db(from_db(-17.5)), -17.5, 1e-9);
}

TEST(Loudness, ShorterThanABlock) {
  EXPECT_NEAR(integrated_loudness(sine(997, 0.2, 48000, 0.5)), -9.0, 0.5);
}

TEST(Loudness, NormalizingReachesTheTargetOrThePeak) {
  Clip clip = sine(997, 3, 48000, 0.02);
  normalize_loudness(clip, -23.0);
  EXPECT_NEAR(integrated_loudness(clip), -23.0, 0.1);
  Clip peaky = noise(3, 48000, 0.001F);
  peaky.samples[1000] = 0.5F;
  normalize_loudness(peaky, -20.0, 0.9F);
  EXPECT_NEAR(peak(peaky.samples), 0.9F, 1e-5);
  Clip silent{std::vector<float>(1000), 16000, 1};
  EXPECT_EQ(normalize_loudness(silent), 1.0);
}

}  // namespace
}  // namespace myna::audio
