#include "models/excitation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "audio/pitch.h"

namespace myna::models {
namespace {

constexpr int kRate = 16000, kHop = 320;

double power(const std::vector<float>& x) {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / double(x.size());
}

/// Pitch of pulses with the spectral tilt of a voice; trackers expect no bare pulses.
audio::PitchTrack pitch_of(std::vector<float> pulses) {
  float state = 0;
  for (float& v : pulses) v = state = 0.95f * state + v;
  return audio::track_pitch(pulses, kRate);
}

TEST(Excitation, PulsesHaveThePitchThatWasAskedFor) {
  for (const float hz : {90.0f, 150.0f, 310.0f}) {
    const std::vector<float> log_hz(50, std::log(hz));
    const Excitation e = make_excitation(log_hz, kHop, kRate, 3);
    EXPECT_NEAR(pitch_of(e.pulses).median_hz(), hz, 0.02 * hz);
  }
}

TEST(Excitation, FollowsAGlideBetweenFrames) {
  std::vector<float> log_hz(100);
  for (size_t t = 0; t < log_hz.size(); ++t) log_hz[t] = std::log(100.0f + float(t));
  const audio::PitchTrack track = pitch_of(make_excitation(log_hz, kHop, kRate, 3).pulses);
  EXPECT_GT(track.voiced_share(), 0.8);
  for (size_t t = 20; t + 20 < track.hz.size(); ++t)  // two pitch frames per latent frame
    if (track.hz[t] > 0) {
      EXPECT_NEAR(track.hz[t], 100.0 + double(t) / 2, 4.0) << t;
    }
}

TEST(Excitation, WidenedPitchKeepsItsMean) {
  std::vector<float> log_hz = {4.6f, 4.8f, 5.0f, 4.8f};
  widen_pitch(log_hz, 1.5f);
  const std::vector<float> wanted = {4.5f, 4.8f, 5.1f, 4.8f};
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(log_hz[i], wanted[i], 1e-5) << i;
  std::vector<float> none;
  widen_pitch(none, 1.5f);
}

TEST(Excitation, BothSourcesHaveUnitPower) {
  const std::vector<float> log_hz(200, std::log(123.0f));
  const Excitation e = make_excitation(log_hz, kHop, kRate, 1);
  ASSERT_EQ(e.pulses.size(), log_hz.size() * kHop);
  EXPECT_NEAR(power(e.pulses), 1.0, 0.05);
  EXPECT_NEAR(power(e.noise), 1.0, 0.05);
}

TEST(Excitation, IsAFunctionOfTheSeedAndSurvivesAnyPitch) {
  const std::vector<float> log_hz = {-50.0f, 0.0f, 5.0f, 12.0f, 80.0f};
  const Excitation a = make_excitation(log_hz, kHop, kRate, 1);
  EXPECT_EQ(a.pulses, make_excitation(log_hz, kHop, kRate, 1).pulses);
  EXPECT_NE(a.noise, make_excitation(log_hz, kHop, kRate, 2).noise);
  for (const float v : a.pulses) ASSERT_TRUE(std::isfinite(v));
  EXPECT_TRUE(make_excitation({}, kHop, kRate, 1).pulses.empty());
}

}  // namespace
}  // namespace myna::models
