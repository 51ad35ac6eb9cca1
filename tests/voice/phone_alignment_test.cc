#include "voice/phone_alignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "text/symbols.h"

namespace myna::voice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int32_t kBlank = 732;
constexpr int64_t kClasses = 733;
constexpr double kLeast = -4.0;

int32_t id(const char* symbol) { return text::SymbolTable::of(text::SymbolSet::kV2).id(symbol); }

const int32_t kB = id("B"), kAh = id("AH0"), kK = id("K");

/// A recogniser that is 90 % sure of one class per frame.
std::vector<float> sure_of(const std::vector<int32_t>& heard) {
  std::vector<float> out(heard.size() * size_t(kClasses), std::log(0.1f / float(kClasses - 1)));
  for (size_t t = 0; t < heard.size(); ++t)
    out[t * size_t(kClasses) + size_t(heard[t])] = std::log(0.9f);
  return out;
}

std::vector<uint16_t> aligned(const std::vector<int32_t>& heard,
                              const std::vector<int32_t>& phones) {
  return align_phones(sure_of(heard).data(), int64_t(heard.size()), kClasses, phones, kBlank,
                      kLeast);
}

TEST(PhoneAlignment, BlanksBetweenPhonesAreShared) {
  const int32_t o = kBlank;
  EXPECT_THAT(aligned({kB, o, o, kAh, o, o, o, kK}, {kB, kAh, kK}),
              ElementsAre(0, 0, 1, 1, 1, 1, 2, 2));
}

TEST(PhoneAlignment, BlanksAtTheEndsGoToTheNearestPhone) {
  const int32_t o = kBlank;
  EXPECT_THAT(aligned({o, o, kB, kAh, o, o}, {kB, kAh}), ElementsAre(0, 0, 0, 1, 1, 1));
}

TEST(PhoneAlignment, PausesGoToPunctuation) {
  const int32_t o = kBlank;
  EXPECT_THAT(aligned({kB, o, o, o, o, kAh, o, o, o}, {kB, id(","), kAh, id(".")}),
              ElementsAre(0, 0, 1, 1, 2, 2, 2, 3, 3));
  // Several symbols share; a gap without room leaves punctuation nothing.
  EXPECT_THAT(aligned({o, o, o, o, o, kB, o, kAh}, {id("…"), id("-"), kB, id(","), kAh}),
              ElementsAre(0, 0, 1, 1, 2, 2, 2, 4));
  EXPECT_THAT(aligned({kB, kAh}, {kB, id(","), kAh, id(".")}), ElementsAre(0, 2));
}

TEST(PhoneAlignment, RepeatedPhonesNeedABlank) {
  EXPECT_THAT(aligned({kB, kBlank, kB, kB}, {kB, kB}), ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(aligned({kB, kB}, {kB, kB}), IsEmpty());
}

TEST(PhoneAlignment, AMisheardPhoneIsPlacedBetweenItsNeighbours) {
  EXPECT_THAT(aligned({kB, kB, kB, kB, kK, kAh, kAh, kAh, kAh}, {kB, id("D"), kAh}),
              ElementsAre(0, 0, 0, 0, 1, 2, 2, 2, 2));
}

TEST(PhoneAlignment, NothingForAnotherTextOrSilentTexts) {
  EXPECT_THAT(aligned({kB, kAh, kB, kAh}, {kK, id("D"), kK}), IsEmpty());
  EXPECT_THAT(aligned({kBlank, kBlank}, {id(","), id(".")}), IsEmpty());
  EXPECT_THAT(aligned({kB, kAh}, {kB, kAh, kK}), IsEmpty());
}

}  // namespace
}  // namespace myna::voice
