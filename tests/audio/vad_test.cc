#include "audio/vad.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audio/audio_support.h"
#include "audio/loudness.h"

namespace myna::audio {
namespace {

using testing::babble;
using testing::error_of;
using testing::noise;
using testing::sine;

constexpr int kRate = 16000;

/// Noise with babble at the given times (seconds).
Clip scene(double seconds, const std::vector<std::pair<double, double>>& speech, float sigma,
           float level = 0.3F) {
  Clip clip = noise(seconds, kRate, sigma);
  for (const auto& [begin, end] : speech) {
    const Clip voice = babble(end - begin, kRate, 120, level);
    const auto at = static_cast<size_t>(begin * kRate);
    for (size_t i = 0; i < voice.samples.size() && at + i < clip.samples.size(); ++i) {
      clip.samples[at + i] += voice.samples[i];
    }
  }
  return clip;
}

TEST(Vad, FindsPhrasesAtSeveralNoiseLevels) {
  for (float sigma : {0.0F, 1e-4F, 1e-3F, 5e-3F}) {
    const Clip clip = scene(8, {{1, 3}, {4.5, 7}}, sigma);
    const Activity activity = detect_speech(clip.samples, kRate);
    ASSERT_EQ(activity.segments.size(), 2U) << sigma;
    EXPECT_NEAR(activity.segments[0].begin, 1.0 * kRate, 0.12 * kRate);
    EXPECT_NEAR(activity.segments[0].end, 3.0 * kRate, 0.12 * kRate);
    EXPECT_NEAR(activity.segments[1].begin, 4.5 * kRate, 0.12 * kRate);
    EXPECT_NEAR(activity.segments[1].end, 7.0 * kRate, 0.12 * kRate);
    EXPECT_NEAR(activity.speech_seconds, 4.5, 0.5);
  }
}

TEST(Vad, EstimatesSignalToNoise) {
  const Clip voice = babble(4, kRate, 120);
  for (double wanted : {10.0, 20.0, 30.0}) {
    const Clip clip = scene(8, {{2, 6}}, static_cast<float>(0.1 * from_db(-wanted)), 0.5F);
    const double level = to_db(rms(babble(4, kRate, 120, 0.5F).samples));
    EXPECT_NEAR(detect_speech(clip.samples, kRate).snr_db(), level - (to_db(0.1) - wanted), 4.0);
  }
}

TEST(Vad, NoSpeechInSilenceOrSteadyNoise) {
  EXPECT_TRUE(detect_speech({}, kRate).segments.empty());
  EXPECT_TRUE(detect_speech(std::vector<float>(100), kRate).segments.empty());
  EXPECT_TRUE(detect_speech(std::vector<float>(5 * kRate), kRate).segments.empty());
  EXPECT_TRUE(detect_speech(noise(5, kRate, 0.02F).samples, kRate).segments.empty());
  EXPECT_TRUE(detect_speech(noise(5, kRate, 1e-4F).samples, kRate).segments.empty());
}

TEST(Vad, ClicksAreNotSpeech) {
  Clip clip = noise(5, kRate, 1e-4F);
  for (int i = 0; i < 5; ++i) clip.samples[kRate / 2 + i * kRate] = 0.9F;
  EXPECT_TRUE(detect_speech(clip.samples, kRate).segments.empty());
}

TEST(Vad, TrimKeepsAMargin) {
  const Clip trimmed = trim_silence(scene(6, {{2, 4}}, 1e-4F));
  EXPECT_NEAR(trimmed.seconds(), 2.2, 0.25);
  const Clip silent{std::vector<float>(kRate), kRate, 1};
  EXPECT_EQ(trim_silence(silent).samples.size(), silent.samples.size());
}

TEST(BestStretch, PrefersTheCleanPartAndEndsInPauses) {
  // Quiet noise first, then the same voice under loud noise, then clipped.
  Clip clip = scene(36, {{1, 4}, {5, 8}, {13, 16}, {17, 20}, {25, 28}, {29, 32}}, 2e-4F);
  const Clip loud = noise(12, kRate, 0.02F, 9);
  for (size_t i = 0; i < loud.samples.size(); ++i) clip.samples[12 * kRate + i] += loud.samples[i];
  for (size_t i = 24 * kRate; i < clip.samples.size(); ++i) {
    clip.samples[i] = std::clamp(clip.samples[i] * 20, -1.0F, 1.0F);
  }
  const Stretch best = best_stretch(clip.samples, kRate);
  EXPECT_LT(best.span.end, 12 * kRate);
  EXPECT_GE(best.span.size(), 3 * kRate);
  EXPECT_LE(best.span.size(), 10 * kRate);
  EXPECT_NEAR(best.span.begin, 1.0 * kRate, 0.25 * kRate);
  EXPECT_NEAR(best.span.end, 8.0 * kRate, 0.25 * kRate);
  EXPECT_EQ(best.reasons.size(), 4U);
}

TEST(BestStretch, ShortRecordingIsTakenWholeAndSaysSo) {
  const Stretch best = best_stretch(scene(2.5, {{0.3, 2.2}}, 1e-4F).samples, kRate);
  EXPECT_NEAR(best.span.size(), 2.1 * kRate, 0.3 * kRate);
  ASSERT_FALSE(best.reasons.empty());
  EXPECT_THAT(best.reasons[0], ::testing::HasSubstr("only"));
}

TEST(BestStretch, EndlessSpeechIsCutToTheLongest) {
  Clip clip = sine(200, 30, kRate, 0.3);  // no pause at all but its ends
  std::fill(clip.samples.begin(), clip.samples.begin() + kRate, 0.0F);
  std::fill(clip.samples.end() - kRate, clip.samples.end(), 0.0F);
  const Stretch best = best_stretch(clip.samples, kRate);
  EXPECT_LE(best.span.size(), 10 * kRate);
  EXPECT_GE(best.span.size(), 9 * kRate);
}

TEST(BestStretch, SilenceIsAnError) {
  EXPECT_EQ(error_of([] { best_stretch(std::vector<float>(5 * kRate), kRate); }).code(),
            ErrorCode::kInvalidAudio);
  EXPECT_EQ(error_of([] { best_stretch({}, kRate); }).code(), ErrorCode::kInvalidAudio);
}

}  // namespace
}  // namespace myna::audio
