#include "training/speech_cleanup.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace myna::training {
namespace {

constexpr int kRate = 16000;

/// A tone with faint noise; `amplitude` 0 gives a pause.
void append_tone(std::vector<float>& out, double seconds, float amplitude) {
  Rng rng(out.size());
  for (int i = 0; i < int(seconds * kRate); ++i) {
    const double phase = 2 * std::numbers::pi * 220 * double(i) / kRate;
    out.push_back(amplitude * float(std::sin(phase)) + rng.uniform(-1e-4f, 1e-4f));
  }
}

double rms_db(std::span<const float> samples) {
  double sum = 0;
  for (const float x : samples) sum += double(x) * x;
  return 10 * std::log10(sum / double(samples.size()));
}

TEST(CleanSpeech, TrimsEndsAndShortensPauses) {
  std::vector<float> speech;
  append_tone(speech, 0.7, 0);
  append_tone(speech, 1.0, 0.1f);
  append_tone(speech, 1.5, 0);
  append_tone(speech, 1.0, 0.1f);
  append_tone(speech, 0.9, 0);
  const auto out = clean_speech(speech, kRate, {});
  // 0.08 + 1 + 0.35 + 1 + 0.08 s, to within a frame at each of the four edges.
  EXPECT_NEAR(double(out.size()) / kRate, 2.51, 0.04);
}

TEST(CleanSpeech, SetsTheLevelOfTheSpeechWhateverItWas) {
  for (const float amplitude : {0.01f, 0.1f, 0.9f}) {
    std::vector<float> speech;
    append_tone(speech, 0.5, 0);
    append_tone(speech, 2.0, amplitude);
    append_tone(speech, 0.5, 0);
    const auto out = clean_speech(speech, kRate, {});
    const std::span<const float> middle(out.data() + kRate / 2, kRate);
    EXPECT_NEAR(rms_db(middle), -23.0, 0.3) << amplitude;  // partial frames at the edges
  }
}

TEST(CleanSpeech, KeepsPeaksBelowFullScale) {
  std::vector<float> clicks(2 * kRate, 0.0f);
  for (size_t i = 0; i < clicks.size(); i += 100) clicks[i] = 0.5f;
  for (const float x : clean_speech(clicks, kRate, {.level_db = -3}))
    EXPECT_LE(std::abs(x), 0.951f);
}

TEST(CleanSpeech, GivesNothingForSilence) {
  EXPECT_TRUE(clean_speech(std::vector<float>(kRate, 0.0f), kRate, {}).empty());
  EXPECT_TRUE(clean_speech({}, kRate, {}).empty());
}

TEST(CutAtPauses, CutsInTheMiddleOfPauses) {
  std::vector<float> speech;
  for (int i = 0; i < 5; ++i) {
    append_tone(speech, 2.6, 0.1f);
    append_tone(speech, 0.4, 0);
  }
  const auto pieces = cut_at_pauses(speech, kRate, 3.0, 7.0);
  ASSERT_GE(pieces.size(), 2u);
  size_t total = 0;
  for (const auto& piece : pieces) {
    EXPECT_LE(piece.size(), size_t(7.01 * kRate));
    total += piece.size();
    if (&piece != &pieces.back()) {
      // A cut lies 2.8 s after a multiple of 3 s: in the middle of a pause.
      const double at = std::fmod(double(total) / kRate, 3.0);
      EXPECT_NEAR(at, 2.8, 0.05);
    }
  }
  EXPECT_NEAR(double(total), double(speech.size()), 0.02 * kRate);
}

TEST(CutAtPauses, CutsSpeechWithoutPausesToo) {
  std::vector<float> speech;
  append_tone(speech, 20, 0.1f);
  for (const auto& piece : cut_at_pauses(speech, kRate, 3.0, 7.0)) {
    EXPECT_GE(piece.size(), size_t(1.5 * kRate));
    EXPECT_LE(piece.size(), size_t(7.01 * kRate));
  }
}

}  // namespace
}  // namespace myna::training
