#include "training/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "training/mel_augment.h"

namespace myna::training {
namespace {

std::vector<SampleUnit> units() {
  std::vector<SampleUnit> out;
  for (int64_t i = 0; i < 300; ++i) out.push_back({i, 50 + i, i % 3 ? "many" : "few"});
  return out;
}

TEST(BatchSampler, SameSeedSameBatchesInAnyOrder) {
  const SamplerOptions options{.max_frames = 2000, .pool_batches = 4};
  const BatchSampler a(units(), options, 5), b(units(), options, 5), c(units(), options, 6);
  const auto ninth = a.batch(9);
  a.batch(0);
  EXPECT_EQ(a.batch(9), ninth);
  EXPECT_EQ(b.batch(9), ninth);
  EXPECT_NE(c.batch(9), ninth);
}

TEST(BatchSampler, KeepsTheFrameLimitAndTheShares) {
  const SamplerOptions options{.max_frames = 2000, .shares = {{"few", 0.8}}};
  const auto all = units();
  const BatchSampler sampler(all, options, 1);
  double few = 0, total = 0;
  for (int64_t n = 0; n < 320; ++n) {
    const auto batch = sampler.batch(n);
    int64_t longest = 0;
    for (const int64_t item : batch) {
      longest = std::max(longest, all[size_t(item)].length);
      total += double(all[size_t(item)].length);
      if (item % 3 == 0) few += double(all[size_t(item)].length);
    }
    EXPECT_LE(longest * int64_t(batch.size()), 2000);
  }
  EXPECT_NEAR(few / total, 0.8, 0.03);  // 3000 draws
}

TEST(BatchSampler, FixedRows) {
  const BatchSampler sampler(units(), {.fixed_rows = 16}, 1);
  for (int64_t n = 0; n < 40; ++n) EXPECT_EQ(sampler.batch(n).size(), 16u);
}

TEST(BatchSampler, RefusesNothing) { EXPECT_THROW(BatchSampler({}, {.max_frames = 10}, 1), Error); }

TEST(MelAugment, IsAFunctionOfItsSeedAndStretches) {
  LogMel mel{80, std::vector<float>(80 * 100)};
  for (size_t i = 0; i < mel.values.size(); ++i) mel.values[i] = float(i % 80) * 0.05f - 6.0f;
  MelAugmentOptions options;
  options.probability = 1.0f;
  const LogMel a = augment_mel(mel, options, 16000, Rng(1)),
               b = augment_mel(mel, options, 16000, Rng(1));
  EXPECT_EQ(a.values, b.values);
  EXPECT_NE(augment_mel(mel, options, 16000, Rng(2)).values, a.values);
  EXPECT_GE(a.frames(), 85);
  EXPECT_LE(a.frames(), 120);
}

TEST(MelAugment, WarpMovesAPeakByTheFactor) {
  // One spectral line; with everything else off it must land where the warped frequency is.
  LogMel mel{80, std::vector<float>(80 * 10, -11.0f)};
  for (int64_t t = 0; t < 10; ++t) mel.values[size_t(t * 80 + 40)] = 0.0f;
  MelAugmentOptions options{.probability = 1.0f,
                            .warp_low = 1.15f,
                            .warp_high = 1.1501f,
                            .stretch_low = 1.0f,
                            .stretch_high = 1.0f,
                            .tilt_db = 0,
                            .equaliser_db = 0,
                            .gain_db = 0,
                            .noise_probability = 0,
                            .frequency_masks = 0,
                            .time_masks = 0};
  const LogMel out = augment_mel(mel, options, 16000, Rng(1));
  const auto peak = std::max_element(out.values.begin(), out.values.begin() + 80);
  const double top = 2595 * std::log10(1 + 8000.0 / 700);
  const double hz = 700 * (std::pow(10, top * 41 / 81 / 2595) - 1) * 1.15;
  const double expected = 2595 * std::log10(1 + hz / 700) / top * 81 - 1;
  EXPECT_NEAR(double(peak - out.values.begin()), expected, 1.0);
}

}  // namespace
}  // namespace myna::training
