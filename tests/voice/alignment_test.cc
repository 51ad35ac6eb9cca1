#include "voice/alignment.h"

#include <gtest/gtest.h>

namespace myna::voice {
namespace {

TEST(Alignment, CountsEachKindOfError) {
  const AlignmentCounts counts = align({1, 2, 3, 4, 5, 7, 8}, {1, 9, 3, 5, 7, 8, 6});
  EXPECT_EQ(counts.wanted, 7);
  EXPECT_EQ(counts.substitutions, 1);
  EXPECT_EQ(counts.deletions, 1);
  EXPECT_EQ(counts.insertions, 1);
  EXPECT_DOUBLE_EQ(counts.rate(), 3.0 / 7.0);
}

TEST(Alignment, FindsSwallowedAndRepeatedStretches) {
  EXPECT_EQ(align({1, 2, 3, 4, 5, 6, 7, 8}, {1, 2, 7, 8}).longest_deletion, 4);
  EXPECT_EQ(align({1, 2, 3, 4}, {1, 2, 3, 1, 2, 3, 4}).longest_insertion, 3);
  EXPECT_EQ(align({1, 2, 3}, {1, 2, 3}).errors(), 0);
}

TEST(Alignment, PrefersASubstitutionAmongEqualAlignments) {
  const std::vector<int32_t> wanted = {1, 2, 3, 4}, found = {1, 5, 3, 4, 6};
  const AlignmentCounts counts = align(wanted, found);
  EXPECT_EQ(counts.substitutions, 1);
  EXPECT_EQ(counts.insertions, 1);
  EXPECT_EQ(counts.deletions, 0);
  EXPECT_DOUBLE_EQ(counts.rate(), 0.5);
  EXPECT_EQ(align(wanted, {}).deletions, 4);
  EXPECT_DOUBLE_EQ(align({}, found).rate(), 1.0);
}

TEST(Alignment, EmptySequences) {
  EXPECT_EQ(align({}, {}).rate(), 0.0);
  EXPECT_EQ(align({}, {1}).rate(), 1.0);
  EXPECT_EQ(align({1, 2}, {}).deletions, 2);
}

TEST(PhoneClasses, StressVanishesToneStaysPunctuationIsDropped) {
  const PhoneClasses classes({"_", "AH0", "AH1", "T", "a1", "a2", ",", "En1", "En2"});
  EXPECT_EQ(classes.classify({1, 3}), classes.classify({2, 3}));
  EXPECT_NE(classes.classify({4}), classes.classify({5}));
  EXPECT_NE(classes.classify({7}), classes.classify({8}));
  EXPECT_TRUE(classes.classify({0, 6}).empty());
}

}  // namespace
}  // namespace myna::voice
