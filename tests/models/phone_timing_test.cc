#include "models/phone_timing.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace myna::models {
namespace {

using Ids = std::vector<int64_t>;

TEST(PhoneTiming, FractionsAreCarriedOver) {
  const std::vector<float> means = {1.5f, 2.0f, 0.25f};
  EXPECT_EQ(spread_phones(Ids{0, 0, 0, 0}, means), (Ids{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(spread_phones(Ids{1, 0, 1}, means), (Ids{1, 1, 0, 0, 1, 1}));
}

TEST(PhoneTiming, OnlyHardlySpokenSymbolsMayVanish) {
  const std::vector<float> means = {0.6f, 0.25f};
  EXPECT_EQ(spread_phones(Ids{0, 0, 0, 0}, means), (Ids{0, 0, 0, 0}));
  EXPECT_EQ(spread_phones(Ids{1, 1, 1, 1}, means).size(), 1u);
}

TEST(PhoneTiming, NothingLastsNothing) {
  EXPECT_TRUE(spread_phones(Ids{}, std::vector<float>{1.0f}).empty());
}

TEST(PhoneTiming, RefusesSymbolsWithoutADuration) {
  EXPECT_THROW(spread_phones(Ids{3}, std::vector<float>{1.0f}), Error);
  EXPECT_THROW(spread_phones(Ids{-1}, std::vector<float>{1.0f}), Error);
}

}  // namespace
}  // namespace myna::models
