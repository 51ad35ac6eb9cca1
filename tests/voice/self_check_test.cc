#include "voice/self_check.h"

#include <gtest/gtest.h>

#include <cmath>

namespace myna::voice {
namespace {

constexpr int kRate = 16000;

std::vector<float> tone(double seconds, float level = 0.3f) {
  std::vector<float> out(size_t(seconds * kRate));
  for (size_t i = 0; i < out.size(); ++i) out[i] = level * std::sin(0.1f * float(i));
  return out;
}

class SelfCheck : public ::testing::Test {
 protected:
  Verdict verdict(const std::vector<int32_t>& wanted, const std::vector<int32_t>& heard,
                  const std::vector<float>& mono) {
    return check_speech(classes_, wanted, heard, mono, kRate, {}).verdict;
  }
  PhoneClasses classes_{{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}};
  std::vector<int32_t> wanted_{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
};

TEST_F(SelfCheck, AcceptsWhatWasWanted) {
  EXPECT_EQ(verdict(wanted_, wanted_, tone(1.2)), Verdict::kGood);
  EXPECT_EQ(verdict(wanted_, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 10}, tone(1.2)), Verdict::kGood);
}

TEST_F(SelfCheck, NamesSwallowedWords) {
  EXPECT_EQ(verdict(wanted_, {0, 1, 2, 8, 9, 10, 11}, tone(1.2)), Verdict::kMissing);
}

TEST_F(SelfCheck, NamesRepeatedWords) {
  std::vector<int32_t> heard = wanted_;
  heard.insert(heard.begin() + 6, {1, 2, 3, 4, 5});
  EXPECT_EQ(verdict(wanted_, heard, tone(1.2)), Verdict::kRepeated);
}

TEST_F(SelfCheck, NamesUnclearSpeech) {
  EXPECT_EQ(verdict(wanted_, {0, 3, 2, 1, 4, 7, 6, 5, 8, 11, 10, 9}, tone(1.2)),
            Verdict::kPhoneErrors);
}

TEST_F(SelfCheck, HoldsLengthAndSilenceAgainstBounds) {
  EXPECT_EQ(verdict(wanted_, wanted_, tone(0.2)), Verdict::kTooShort);
  EXPECT_EQ(verdict(wanted_, wanted_, tone(9.0)), Verdict::kTooLong);
  EXPECT_EQ(verdict(wanted_, wanted_, tone(1.2, 0.0f)), Verdict::kSilent);
  std::vector<float> mostly_silent = tone(0.4);
  mostly_silent.resize(size_t(1.6 * kRate), 0.0f);
  EXPECT_EQ(verdict(wanted_, wanted_, mostly_silent), Verdict::kSilent);
}

TEST_F(SelfCheck, AWeakEncoderIsTrustedLess) {
  const SelfCheckLimits strong = limits_for_encoder(0.1), weak = limits_for_encoder(0.6);
  EXPECT_LT(strong.max_phone_error, weak.max_phone_error);
  EXPECT_LT(strong.max_missing_run, weak.max_missing_run);
  const std::vector<int32_t> heard = {0, 1, 2, 8, 9, 10, 11};
  EXPECT_EQ(check_speech(classes_, wanted_, heard, tone(1.2), kRate, weak).verdict, Verdict::kGood);
  EXPECT_EQ(check_speech(classes_, wanted_, heard, tone(1.2), kRate, strong).verdict,
            Verdict::kPhoneErrors);
}

TEST_F(SelfCheck, OrdersAttempts) {
  const auto better =
      check_speech(classes_, wanted_, {0, 1, 2, 8, 9, 10, 11}, tone(1.2), kRate, {});
  const auto worse = check_speech(classes_, wanted_, {0, 1}, tone(1.2), kRate, {});
  EXPECT_LT(better.badness, worse.badness);
}

}  // namespace
}  // namespace myna::voice
