#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace myna {
namespace {

TEST(Philox, KnownAnswers) {
  // From the authors' Random123 distribution, file kat_vectors, "philox4x32 10".
  using Block = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const uint32_t f = 0xffffffff;
  EXPECT_EQ(philox({f, f, f, f}, {f, f}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Rng, RepeatsAndStreamsDiffer) {
  Rng a(5, 1), b(5, 1), c(5, 2), d(6, 1);
  std::set<uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    const uint64_t x = a.next_u64();
    EXPECT_EQ(x, b.next_u64());
    seen.insert({x, c.next_u64(), d.next_u64()});
  }
  EXPECT_EQ(seen.size(), 300U);
  EXPECT_EQ(Rng(5, 1).split(3).next_u64(), Rng(5, 1).split(3).next_u64());
  EXPECT_NE(Rng(5, 1).split(3).next_u64(), Rng(5, 1).split(4).next_u64());
  EXPECT_NE(random_seed(), random_seed());
}

/// First moments over a million draws; bounds are five standard errors.
template <typename Draw>
void expect_moments(Draw draw, double mean, double variance, double kurtosis) {
  constexpr int kCount = 1000000;
  double sum = 0, square = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = draw();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    square += (x - mean) * (x - mean);
  }
  EXPECT_NEAR(sum / kCount, mean, 5 * std::sqrt(variance / kCount));
  EXPECT_NEAR(square / kCount, variance, 5 * variance * std::sqrt((kurtosis - 1) / kCount));
}

TEST(Rng, DistributionsHaveTheirMoments) {
  Rng rng(1);
  expect_moments([&] { return rng.uniform(); }, 0.5, 1.0 / 12, 1.8);
  expect_moments([&] { return rng.normal(); }, 0, 1, 3);
  expect_moments([&] { return rng.exponential(); }, 1, 1, 9);
  expect_moments([&] { return rng.uniform(-2, 4); }, 1, 3, 1.8);
}

TEST(Rng, RangesHold) {
  Rng rng(2);
  for (int i = 0; i < 100000; ++i) {
    const float u = rng.uniform();
    ASSERT_GE(u, 0.0F);
    ASSERT_LT(u, 1.0F);
    ASSERT_GT(rng.exponential(), 0.0F);
    ASSERT_LT(rng.below(7), 7U);
  }
  EXPECT_EQ(rng.below(1), 0U);
  std::vector<int> counts(10);
  for (int i = 0; i < 100000; ++i) ++counts[rng.below(10)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 500);
}

TEST(Rng, FillEqualsSingleDraws) {
  Rng a(9), b(9);
  std::vector<float> values(101);
  a.fill_normal(values);
  for (float x : values) EXPECT_EQ(x, b.normal());
}

}  // namespace
}  // namespace myna
