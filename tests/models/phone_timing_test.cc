#include "models/phone_timing.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace myna::models {
namespace {

using Ids = std::vector<int64_t>;
using Tokens = std::vector<float>;

TEST(PhoneTiming, FractionsAreCarriedOver) {
  EXPECT_EQ(spread_phones(Ids{0, 0, 0, 0}, Tokens(4, 1.5f)), (Ids{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(spread_phones(Ids{1, 0, 1}, Tokens{2.0f, 1.5f, 2.0f}), (Ids{1, 1, 0, 0, 1, 1}));
}

TEST(PhoneTiming, OnlyHardlySpokenPhonesMayVanish) {
  EXPECT_EQ(spread_phones(Ids{0, 0, 0, 0}, Tokens(4, 0.6f)), (Ids{0, 0, 0, 0}));
  EXPECT_EQ(spread_phones(Ids{1, 1, 1, 1}, Tokens(4, 0.25f)).size(), 1u);
}

TEST(PhoneTiming, NothingLastsNothing) { EXPECT_TRUE(spread_phones(Ids{}, Tokens{}).empty()); }

TEST(PhoneTiming, RefusesPhonesWithoutADuration) {
  EXPECT_THROW(spread_phones(Ids{3, 4}, Tokens{1.0f}), Error);
}

}  // namespace
}  // namespace myna::models
