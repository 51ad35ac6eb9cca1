#include "audio/spectrum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "support/golden.h"

namespace myna::audio {
namespace {

using testing::golden_wave;
using testing::GoldenGroup;

TEST(GoldenFeatures, WaveRecipe) {
  MYNA_REQUIRE_GOLDEN("features");
  GoldenGroup golden("features");
  golden.expect_close("wav32k", golden_wave("input.feat.wav32k", 20480, 32000));
}

TEST(GoldenFeatures, LinearSpectrogram) {
  MYNA_REQUIRE_GOLDEN("features");
  GoldenGroup golden("features");
  const auto wave = golden_wave("input.feat.wav32k", 20480, 32000);
  const Matrix spec = linear_spectrogram(wave, {2048, 640});
  EXPECT_EQ(spec.rows, 1025);
  EXPECT_EQ(spec.cols, 32);
  golden.expect_close("spec_2048_640", spec.values);
  golden.expect_close("mel128_from_spec", log_mel(spec, slaney_mel_bank(32000, 2048, 128)).values);
  golden.expect_close("mel128_32k", mel_spectrogram(wave, kMelV2).values);
}

TEST(GoldenFeatures, MelOfTheFlowMatchingNetworks) {
  MYNA_REQUIRE_GOLDEN("features");
  GoldenGroup golden("features");
  Matrix v3 = mel_spectrogram(golden_wave("input.feat.wav24k", 9000, 24000), kMelV3);
  golden.expect_close("mel_v3_24k", v3.values);
  const auto before = v3.values;
  normalize_mel(v3.values);
  golden.expect_close("norm_v3", v3.values);
  denormalize_mel(v3.values);
  for (size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(v3.values[i], before[i], 1e-5);
  const auto wave = golden_wave("input.feat.wav32k", 20480, 32000);
  golden.expect_close("mel_v4_32k", mel_spectrogram(wave, kMelV4).values);
}

TEST(GoldenFeatures, FilterBanks) {
  MYNA_REQUIRE_GOLDEN("features");
  GoldenGroup golden("features");
  const auto check = [&](int rate, int n_fft, int mels) {
    const std::string name = "melbank_" + std::to_string(rate) + "_" + std::to_string(n_fft) + "_" +
                             std::to_string(mels);
    const Matrix bank = slaney_mel_bank(rate, n_fft, mels).weights;
    golden.expect_close(name, bank.values);
    std::vector<float> sums;
    for (int64_t m = 0; m < bank.rows; ++m) {
      double sum = 0;
      for (int64_t k = 0; k < bank.cols; ++k) sum += bank.at(m, k);
      sums.push_back(static_cast<float>(sum));
    }
    golden.expect_close(name + ".rowsum", sums);
  };
  check(24000, 1024, 100);
  check(32000, 1280, 100);
  check(32000, 2048, 128);
  golden.expect_close("kaldi_melbank", kaldi_mel_bank(16000, 512, 80).weights.values);
}

TEST(GoldenFeatures, KaldiFilterBankFeatures) {
  MYNA_REQUIRE_GOLDEN("features");
  GoldenGroup golden("features");
  const Matrix fbank = kaldi_fbank(golden_wave("input.feat.wav16k", 12345, 16000));
  EXPECT_EQ(fbank.rows, 75);
  EXPECT_EQ(fbank.cols, 80);
  golden.expect_close("kaldi_fbank80", fbank.values);
}

TEST(Spectrum, SineStandsInItsBin) {
  std::vector<float> sine(16000);
  for (size_t i = 0; i < sine.size(); ++i) {
    sine[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 1000.0 * i / 16000));
  }
  const StftConfig config{640, 160};
  const Matrix spec = linear_spectrogram(sine, config);
  EXPECT_EQ(spec.cols, stft_frames(16000, config));
  for (int64_t t = 2; t + 2 < spec.cols; ++t) {
    int64_t best = 0;
    for (int64_t k = 0; k < spec.rows; ++k) {
      if (spec.at(k, t) > spec.at(best, t)) best = k;
    }
    EXPECT_EQ(best, 40);                               // 1000 Hz / (16000 / 640)
    EXPECT_NEAR(spec.at(40, t), 0.5 * 320 / 2, 0.05);  // amplitude times half the window's sum
  }
}

TEST(Spectrum, ShortestInputAndOneLess) {
  const StftConfig config{2048, 640};
  const auto least = stft_min_samples(config);
  EXPECT_GE(linear_spectrogram(std::vector<float>(least, 0.1F), config).cols, 1);
  EXPECT_THROW(linear_spectrogram(std::vector<float>(least - 1, 0.1F), config), Error);
  EXPECT_THROW(linear_spectrogram({}, config), Error);
  EXPECT_EQ(kaldi_fbank(std::vector<float>(399)).rows, 0);
  EXPECT_EQ(kaldi_fbank(std::vector<float>(400)).rows, 1);
}

TEST(Spectrum, StftInverts) {
  Rng rng(7);
  for (const size_t samples : {1U, 100U, 4096U, 10001U}) {
    std::vector<float> x(samples);
    rng.fill_normal(x);
    const StftConfig config{512, 128};
    const auto back = inverse_stft(stft(x, config), config, std::ssize(x));
    ASSERT_EQ(back.size(), x.size());
    // Float transforms of 512 points lose about 1e-6 of the largest value.
    for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(back[i], x[i], 2e-5);
  }
}

}  // namespace
}  // namespace myna::audio
