#include "voice/self_check.h"

#include <algorithm>
#include <cmath>

namespace myna::voice {
namespace {

/// Share of 20 ms frames more than 40 dB below the loudest frame; 1 when all is (near) silence.
double silence_share(std::span<const float> mono, int sample_rate) {
  const size_t frame = size_t(std::max(1, sample_rate / 50));
  std::vector<double> power;
  for (size_t begin = 0; begin + frame <= mono.size(); begin += frame) {
    double sum = 0;
    for (size_t i = begin; i < begin + frame; ++i) sum += double(mono[i]) * mono[i];
    power.push_back(sum / double(frame));
  }
  if (power.empty()) return 1.0;
  const double loudest = *std::max_element(power.begin(), power.end());
  constexpr double kInaudible = 1e-8;  // -80 dBFS
  if (loudest < kInaudible) return 1.0;
  const auto quiet =
      std::count_if(power.begin(), power.end(), [&](double p) { return p < loudest * 1e-4; });
  return double(quiet) / double(power.size());
}

}  // namespace

SelfCheckLimits limits_for_encoder(double encoder_error) {
  const double error = std::clamp(encoder_error, 0.0, 1.0);
  SelfCheckLimits limits;
  limits.max_phone_error = std::min(0.95, error + 0.15);
  limits.max_missing_run = limits.max_repeated_run = 4 + int(std::lround(10 * error));
  return limits;
}

SelfCheckResult check_speech(const PhoneClasses& classes, const std::vector<int32_t>& wanted,
                             const std::vector<int32_t>& heard, std::span<const float> mono,
                             int sample_rate, const SelfCheckLimits& limits) {
  SelfCheckResult result;
  const std::vector<int32_t> want = classes.classify(wanted);
  result.phones = align(want, classes.classify(heard));
  result.silence_share = silence_share(mono, sample_rate);

  const double seconds = sample_rate > 0 ? double(mono.size()) / sample_rate : 0;
  const double per_phone = seconds / double(std::max<size_t>(1, want.size()));
  // A short sentence may miss a phone or two: one error weighs less in three phones than a rate
  // says.
  const double allowed = limits.max_phone_error * double(want.size()) + 1.0;

  if (result.silence_share >= 0.98) {
    result.verdict = Verdict::kSilent;
  } else if (per_phone < limits.min_seconds_per_phone) {
    result.verdict = Verdict::kTooShort;
  } else if (per_phone > limits.max_seconds_per_phone && seconds > 1.5) {
    result.verdict = Verdict::kTooLong;
  } else if (result.phones.longest_deletion > limits.max_missing_run) {
    result.verdict = Verdict::kMissing;
  } else if (result.phones.longest_insertion > limits.max_repeated_run) {
    result.verdict = Verdict::kRepeated;
  } else if (result.phones.errors() > allowed) {
    result.verdict = Verdict::kPhoneErrors;
  } else if (result.silence_share > limits.max_silence_share) {
    result.verdict = Verdict::kSilent;
  }
  const bool broken = result.verdict == Verdict::kSilent || result.verdict == Verdict::kTooShort ||
                      result.verdict == Verdict::kTooLong;
  result.badness = result.phones.rate() + (broken ? 1.0 : 0.0) +
                   0.02 * (result.phones.longest_deletion + result.phones.longest_insertion);
  return result;
}

}  // namespace myna::voice
