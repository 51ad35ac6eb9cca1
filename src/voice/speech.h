// What a caller asks for and what it is told: requests and reports of synthesis.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/frontend.h"
#include "voice/alignment.h"

namespace myna::voice {

/// Sampling of semantic tokens, in the reference's terms.
struct SamplingOptions {
  float temperature = 1.0f;          ///< (0, 2]
  int top_k = 15;                    ///< >= 1
  float top_p = 1.0f;                ///< (0, 1]
  float repetition_penalty = 1.35f;  ///< >= 1
};

struct SpeakOptions {
  text::Mode mode = text::Mode::kAuto;
  uint64_t seed = 0;
  double speed = 1.0;          ///< 0.5 .. 2; 2 speaks twice as fast
  double pause_seconds = 0.3;  ///< silence after each sentence, 0 .. 5
  SamplingOptions sampling;
  bool self_check = true;  ///< listen to each sentence and speak bad ones again
  int max_attempts = 3;    ///< per sentence, with self_check
  /// Steps of flow matching, 1 .. 128 (v3 and v4); 0: the version's own number.
  int sample_steps = 0;
  /// Deliver speech while its tokens are still being chosen. What has been heard cannot be taken
  /// back: the self-check then tells of a bad sentence and does not speak it again. The samples
  /// differ a little from those without it (models/sovits_stream.h).
  bool stream_tokens = false;
  /// Sentences whose tokens are chosen together, 1 .. 16: four take less than twice the time of
  /// one, and every sample is the same. The first sentence of a text is spoken alone; each later
  /// group is waited for and held in memory. Has no effect with stream_tokens.
  int batch = 1;
  /// Called with each sentence before it is spoken; empty: nobody listens.
  std::function<void(const text::Utterance&)> show;

  /// Throws Error(kUsage) naming the option that is out of range.
  void validate() const;
};

/// Why a sentence was spoken again or is suspect.
enum class Verdict {
  kGood,
  kUnchecked,
  kPhoneErrors,
  kMissing,
  kRepeated,
  kTooLong,
  kTooShort,
  kSilent
};
std::string_view verdict_name(Verdict verdict);

struct SentenceReport {
  std::string text;
  uint64_t seed = 0;  ///< of the attempt that was kept
  int attempts = 1;
  int64_t tokens = 0;
  double audio_seconds = 0;
  Verdict verdict = Verdict::kUnchecked;
  AlignmentCounts phones;  ///< wanted against heard; zero when unchecked
  std::vector<std::string> notes;
};

struct SpeakReport {
  int sample_rate = 0;
  uint64_t seed = 0;
  int sample_steps = 0;  ///< of flow matching; 0: the voice has none
  double audio_seconds = 0;
  double elapsed_seconds = 0;      ///< text in hand -> last sample delivered
  double first_audio_seconds = 0;  ///< text in hand -> first sample delivered
  double real_time_factor() const {
    return audio_seconds > 0 ? elapsed_seconds / audio_seconds : 0;
  }
  std::vector<SentenceReport> sentences;
  /// Phone error over all checked sentences.
  AlignmentCounts phones() const;
  int sentences_below_standard() const;  ///< kept although the self-check was not satisfied
};

/// Sentences and pauses, one after another.
struct SentenceSource {
  std::function<std::optional<text::Sentence>()> next;  ///< nothing at the end; may block
  int64_t total = 0;                                    ///< for progress; 0: not known
};

/// Receives mono samples in order, as they are made. May throw to stop.
using AudioSink = std::function<void(std::span<const float>)>;

}  // namespace myna::voice
