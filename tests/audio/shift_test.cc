#include "audio/shift.h"

#include <gtest/gtest.h>

#include <cmath>

#include "audio/audio_support.h"
#include "audio/loudness.h"
#include "audio/pitch.h"
#include "audio/spectrum.h"

namespace myna::audio {
namespace {

using testing::babble;
using testing::noise;

constexpr int kRate = 16000;

/// Frequency of the strongest smoothed peak between `low` and `high` Hz: the formant of the babble,
/// seen through its harmonics by smoothing over 200 Hz.
double formant(const Clip& clip, double low, double high) {
  const StftConfig config{1024, 256};
  const Matrix spectrum = linear_spectrogram(clip.samples, config);
  const double width = static_cast<double>(clip.sample_rate) / config.n_fft;
  std::vector<double> power(spectrum.rows);
  for (int64_t k = 0; k < spectrum.rows; ++k) {
    for (int64_t t = 0; t < spectrum.cols; ++t) power[k] += std::pow(spectrum.at(k, t), 2);
  }
  const auto reach = static_cast<int64_t>(100 / width);
  double weight = 0, sum = 0;
  for (int64_t k = 0; k < spectrum.rows; ++k) {
    const double hz = k * width;
    if (hz < low || hz > high) continue;
    double smooth = 0;
    for (int64_t j = std::max<int64_t>(0, k - reach); j <= k + reach; ++j) smooth += power[j];
    weight += smooth * smooth;
    sum += smooth * smooth * hz;
  }
  return sum / weight;
}

struct Ratios {
  double pitch, formant, speed;
};

class PerturbBy : public ::testing::TestWithParam<Ratios> {};

TEST_P(PerturbBy, MovesWhatItSaysAndNothingElse) {
  const Ratios r = GetParam();
  const Clip voice = babble(4, kRate, 130);
  const Clip out = perturb(voice, r.pitch, r.formant, r.speed);
  EXPECT_EQ(out.frames(), std::llround(voice.frames() / r.speed));
  const PitchTrack before = track_pitch(voice.samples, kRate);
  const PitchTrack after = track_pitch(out.samples, kRate);
  EXPECT_NEAR(after.median_hz() / before.median_hz(), r.pitch, 0.03 * r.pitch);
  EXPECT_NEAR(after.voiced_share(), before.voiced_share(), 0.15);
  // The formant is measured between harmonics 130 Hz apart, hence the tolerance.
  EXPECT_NEAR(formant(out, 350, 1100) / formant(voice, 350, 1100), r.formant, 0.10 * r.formant);
  EXPECT_NEAR(to_db(rms(out.samples)), to_db(rms(voice.samples)), 3.0);
}

INSTANTIATE_TEST_SUITE_P(Ratios, PerturbBy,
                         ::testing::Values(Ratios{1, 1, 1}, Ratios{1.3, 1, 1}, Ratios{0.75, 1, 1},
                                           Ratios{1, 1.15, 1}, Ratios{1, 0.87, 1},
                                           Ratios{1, 1, 1.2}, Ratios{1, 1, 0.8},
                                           Ratios{1.4, 1.12, 0.9}, Ratios{0.8, 0.9, 1.15},
                                           Ratios{1.2, 1.2, 1.2}));

TEST(Perturb, NeutralRatiosCopy) {
  const Clip voice = babble(1, kRate, 130);
  EXPECT_EQ(perturb(voice, 1, 1, 1).samples, voice.samples);
}

TEST(Perturb, NoiseStaysNoise) {
  const Clip hiss = noise(2, kRate, 0.1F);
  const Clip out = perturb(hiss, 1.2, 1.1, 0.8);
  EXPECT_LT(track_pitch(out.samples, kRate).voiced_share(), 0.1);
  EXPECT_NEAR(to_db(rms(out.samples)), -20, 3.0);
}

TEST(Perturb, IsDeterministic) {
  const Clip voice = babble(1, kRate, 130);
  EXPECT_EQ(perturb(voice, 1.2, 0.9, 1.1).samples, perturb(voice, 1.2, 0.9, 1.1).samples);
}

TEST(Perturb, EdgeInputs) {
  EXPECT_TRUE(perturb({{}, kRate, 1}, 1.2, 1.1, 1.0).samples.empty());
  EXPECT_EQ(perturb({{0.1F}, kRate, 1}, 1.2, 1.1, 1.0).frames(), 1);
  EXPECT_EQ(perturb({std::vector<float>(777), kRate, 1}, 1.2, 1.1, 0.5).frames(), 1554);
  for (double bad : {0.0, 0.49, 2.01, -1.0, std::nan("")}) {
    EXPECT_THROW(perturb(babble(0.1, kRate, 130), bad, 1, 1), Error);
    EXPECT_THROW(perturb(babble(0.1, kRate, 130), 1, bad, 1), Error);
    EXPECT_THROW(perturb(babble(0.1, kRate, 130), 1, 1, bad), Error);
  }
}

TEST(PitchMarks, LieOnePeriodApart) {
  const Clip voice = babble(2, kRate, 130);
  const PitchMarks marks = find_pitch_marks(voice.samples, kRate);
  ASSERT_EQ(marks.at.size(), marks.period.size());
  ASSERT_EQ(marks.at.size(), marks.voiced.size());
  int64_t voiced = 0, regular = 0;
  for (size_t i = 1; i < marks.at.size(); ++i) {
    ASSERT_GT(marks.at[i], marks.at[i - 1]);
    if (marks.voiced[i] == 0 || marks.voiced[i - 1] == 0) continue;
    ++voiced;
    const double gap = static_cast<double>(marks.at[i] - marks.at[i - 1]);
    regular += std::abs(gap - marks.period[i]) < 0.1 * marks.period[i];
  }
  EXPECT_GT(voiced, 100);
  EXPECT_GT(regular, 0.9 * voiced);
}

}  // namespace
}  // namespace myna::audio
