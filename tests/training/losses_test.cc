#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "audio/spectrum.h"
#include "training/gan_losses.h"
#include "training/kmeans.h"
#include "training/spectral_loss.h"
#include "training/verifier_trainer.h"

namespace myna::training {
namespace {

/// Compares autograd with central differences at a few places of `x` (f64).
void check_gradient(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& loss,
                    double tolerance) {
  at::Tensor leaf = x.clone().set_requires_grad(true);
  loss(leaf).backward();
  const at::Tensor gradient = leaf.grad().flatten();
  const double step = 1e-5;
  for (int64_t i = 0; i < x.numel(); i += std::max<int64_t>(1, x.numel() / 7)) {
    at::Tensor up = x.clone(), down = x.clone();
    up.view(-1)[i] += step;
    down.view(-1)[i] -= step;
    const double numeric = (loss(up).item<double>() - loss(down).item<double>()) / (2 * step);
    EXPECT_NEAR(gradient[i].item<double>(), numeric, tolerance);
  }
}

TEST(KlLoss, IsZeroForEqualDistributionsOnAverageAndHasRightGradients) {
  at::manual_seed(1);
  const at::Tensor mean = at::randn({2, 3, 2000}, at::kDouble), log_std = mean * 0.1;
  const at::Tensor z = mean + log_std.exp() * at::randn({2, 3, 2000}, at::kDouble);
  const at::Tensor mask = at::ones({2, 1, 2000}, at::kDouble);
  // One sample per value: the mean over 4000 frames of 3 channels has a deviation of about 0.02.
  EXPECT_NEAR(kl_loss(z, log_std, mean, log_std, mask).item<double>(), 0.0, 0.1);

  const at::Tensor small_mask = at::ones({1, 1, 4}, at::kDouble);
  const at::Tensor q = at::randn({1, 2, 4}, at::kDouble), p = at::randn({1, 2, 4}, at::kDouble);
  const at::Tensor s = at::randn({1, 2, 4}, at::kDouble) * 0.3, t = s * 0.5;
  check_gradient(
      q, [&](const at::Tensor& x) { return kl_loss(x, s, p, t, small_mask); }, 1e-6);
  check_gradient(
      t, [&](const at::Tensor& x) { return kl_loss(q, s, p, x, small_mask); }, 1e-6);
}

TEST(KlLoss, IgnoresPadding) {
  const at::Tensor z = at::randn({1, 2, 5}), zero = at::zeros({1, 2, 5});
  const at::Tensor mask = at::tensor({1.0f, 1.0f, 1.0f, 0.0f, 0.0f}).reshape({1, 1, 5});
  at::Tensor other = z.clone();
  other.narrow(2, 3, 2).fill_(100.0f);
  EXPECT_EQ(kl_loss(z, zero, zero, zero, mask).item<float>(),
            kl_loss(other, zero, zero, zero, mask).item<float>());
}

TEST(AdversarialLosses, HaveTheirBestValuesWhereTheyShould) {
  const std::vector<at::Tensor> ones = {at::ones({2, 1, 3}), at::ones({1, 4})};
  const std::vector<at::Tensor> zeros = {at::zeros({2, 1, 3}), at::zeros({1, 4})};
  EXPECT_EQ(discriminator_loss(ones, zeros).item<float>(), 0.0f);
  EXPECT_EQ(discriminator_loss(zeros, ones).item<float>(), 2.0f);
  EXPECT_EQ(generator_loss(ones).item<float>(), 0.0f);
  EXPECT_EQ(generator_loss(zeros).item<float>(), 1.0f);
  EXPECT_EQ(feature_loss({ones}, {zeros}).item<float>(), 1.0f);
}

TEST(AdversarialLosses, FeatureLossTeachesTheFakeOnly) {
  at::Tensor real = at::randn({2, 3}).set_requires_grad(true);
  at::Tensor fake = at::randn({2, 3}).set_requires_grad(true);
  feature_loss({{real}}, {{fake}}).backward();
  EXPECT_FALSE(real.grad().defined());
  EXPECT_TRUE(fake.grad().defined());
}

TEST(MelLoss, IsZeroForEqualWavesAndGrowsWithDetuning) {
  const MelLoss loss(16000, {{512, 40}, {1024, 64}});
  const at::Tensor time = at::arange(8000, at::kFloat) / 16000.0;
  const auto tone = [&](double hz) { return (time * (2 * M_PI * hz)).sin().reshape({1, 1, -1}); };
  EXPECT_EQ(loss(tone(440), tone(440)).item<float>(), 0.0f);
  EXPECT_LT(loss(tone(440), tone(450)).item<float>(), loss(tone(440), tone(880)).item<float>());
}

TEST(LogMelFeatures, FollowTheSpectraOfTheAudioFloor) {
  at::manual_seed(2);
  const at::Tensor wave = at::randn({1, 1, 4096}) * 0.1;
  const at::Tensor mel = LogMelFeatures(16000, 512, 128, 40)(wave);
  // Frame f here covers samples [128 f, 128 f + 512). The audio floor starts 192 samples earlier,
  // so its frame g + 2 on the samples from 64 on covers the same stretch as frame g + 1 here.
  const std::vector<float> later(wave.data_ptr<float>() + 64, wave.data_ptr<float>() + 4096);
  const audio::Matrix theirs = audio::mel_spectrogram(later, {16000, {512, 128}, 40});
  for (int64_t m = 0; m < 40; ++m)
    EXPECT_NEAR(mel[0][m][6].item<float>(), theirs.at(m, 7), 1e-3) << m;
}

TEST(KaldiFeatures, AreThoseOfTheAudioFloor) {
  at::manual_seed(4);
  const at::Tensor wave = at::randn({2, 1, 4000}) * 0.1 + 0.05;
  const at::Tensor bands = KaldiFeatures(16000, 40)(wave);
  const std::vector<float> second(wave.data_ptr<float>() + 4000, wave.data_ptr<float>() + 8000);
  const audio::Matrix theirs = audio::kaldi_fbank(second, 16000, 40);
  ASSERT_EQ(bands.size(2), theirs.rows);
  for (int64_t t = 0; t < theirs.rows; ++t)
    for (int64_t b = 0; b < 40; ++b)
      EXPECT_NEAR(bands[1][b][t].item<float>(), theirs.at(t, b), 1e-3) << t << ' ' << b;
}

TEST(MelLoss, GradientIsRight) {
  at::manual_seed(3);
  const MelLoss loss(16000, {{64, 8}});
  const at::Tensor a = at::randn({1, 1, 200}), b = at::randn({1, 1, 200});
  at::Tensor leaf = a.clone().set_requires_grad(true);
  loss(leaf, b).backward();
  const double step = 1e-3;  // f32: error of about 1e-7 / step
  for (const int64_t i : {3, 50, 120, 199}) {
    at::Tensor up = a.clone(), down = a.clone();
    up[0][0][i] += step;
    down[0][0][i] -= step;
    const double numeric = (loss(up, b).item<double>() - loss(down, b).item<double>()) / (2 * step);
    EXPECT_NEAR(leaf.grad()[0][0][i].item<double>(), numeric, 2e-3);
  }
}

TEST(KMeans, FindsSeparatedClusters) {
  at::manual_seed(5);
  const at::Tensor true_centres = at::randn({8, 6}) * 10;
  const at::Tensor rows = (true_centres.repeat({200, 1}) + at::randn({1600, 6}) * 0.1).contiguous();
  const KMeansResult result = k_means(rows, {.clusters = 8, .rounds = 10, .seed = 2});
  EXPECT_LT(result.distortion, 0.1);  // 6 dimensions of variance 0.01
  const at::Tensor index = nearest_centres(rows, result.centres);
  for (int64_t k = 0; k < 8; ++k)
    for (int64_t r = 1; r < 200; ++r)
      ASSERT_EQ(index[k].item<int64_t>(), index[k + 8 * r].item<int64_t>());
  EXPECT_TRUE(
      at::equal(result.centres, k_means(rows, {.clusters = 8, .rounds = 10, .seed = 2}).centres));
}

TEST(EqualErrorRate, KnownCases) {
  const std::vector<double> high = {0.8, 0.9, 0.95, 0.99}, low = {0.1, 0.2, 0.3, 0.4};
  EXPECT_NEAR(equal_error_rate(high, low), 0.0, 1e-12);
  EXPECT_NEAR(equal_error_rate(low, high), 1.0, 1e-12);
  const std::vector<double> mixed_same = {0.3, 0.6, 0.7, 0.8}, mixed_other = {0.1, 0.2, 0.4, 0.65};
  EXPECT_NEAR(equal_error_rate(mixed_same, mixed_other), 0.25, 1e-12);
}

}  // namespace
}  // namespace myna::training
