#include "voice/speech.h"

#include "base/error.h"

namespace myna::voice {
namespace {

void require_range(bool ok, const char* option, const char* range) {
  if (!ok) throw Error(ErrorCode::kUsage, std::string("must be ") + range + ".", option);
}

}  // namespace

void SpeakOptions::validate() const {
  require_range(speed >= 0.5 && speed <= 2.0, "--speed", "between 0.5 and 2");
  require_range(pause_seconds >= 0 && pause_seconds <= 5, "--pause", "between 0 and 5 seconds");
  require_range(sampling.temperature > 0 && sampling.temperature <= 2, "--temperature",
                "above 0 and at most 2");
  require_range(sampling.top_k >= 1 && sampling.top_k <= 1000, "--top-k", "between 1 and 1000");
  require_range(sampling.top_p > 0 && sampling.top_p <= 1, "--top-p", "above 0 and at most 1");
  require_range(sampling.repetition_penalty >= 1 && sampling.repetition_penalty <= 2,
                "--repetition-penalty", "between 1 and 2");
  require_range(sample_steps >= 0 && sample_steps <= 128, "--sample-steps", "between 1 and 128");
  require_range(batch >= 1 && batch <= 16, "--batch", "between 1 and 16");
  require_range(max_attempts >= 1 && max_attempts <= 10, "--attempts", "between 1 and 10");
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGood:
      return "good";
    case Verdict::kUnchecked:
      return "unchecked";
    case Verdict::kPhoneErrors:
      return "unclear";
    case Verdict::kMissing:
      return "words missing";
    case Verdict::kRepeated:
      return "words repeated";
    case Verdict::kTooLong:
      return "too long";
    case Verdict::kTooShort:
      return "too short";
    case Verdict::kSilent:
      return "silent";
  }
  return "unchecked";
}

AlignmentCounts SpeakReport::phones() const {
  AlignmentCounts total;
  for (const SentenceReport& sentence : sentences) {
    if (sentence.verdict != Verdict::kUnchecked) total += sentence.phones;
  }
  return total;
}

int SpeakReport::sentences_below_standard() const {
  int count = 0;
  for (const SentenceReport& sentence : sentences) {
    count += sentence.verdict != Verdict::kGood && sentence.verdict != Verdict::kUnchecked;
  }
  return count;
}

}  // namespace myna::voice
