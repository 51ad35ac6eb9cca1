// One sentence: phones -> semantic tokens -> waveform -> self-check, again with another seed when
// the check is not satisfied.
#pragma once

#include "base/progress.h"
#include "voice/engine.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::voice {

class SentenceSpeaker {
 public:
  /// The arguments must outlive the speaker. Safe to use from many threads.
  SentenceSpeaker(const Engine& engine, const Voice& voice, const SpeakOptions& options);

  /// `index`: the sentence's place in the text; its random numbers are a function of (seed, index,
  /// attempt). `rate` multiplies options.speed, within the speeds that options may ask for. Samples
  /// are delivered as they are made, or after the check when there is one.
  SentenceReport speak(const text::Utterance& utterance, size_t index, double rate,
                       const AudioSink& sink, const CancelToken& cancel) const;

 private:
  struct Attempt;
  struct Tokens {
    std::vector<int64_t> codes;
    std::vector<int64_t> phones;  ///< as the decoder wants them: the sentence's, or one per code
  };
  Tokens choose_tokens(const text::Utterance& utterance, uint64_t seed,
                       const CancelToken& cancel) const;
  void decode(const Tokens& tokens, uint64_t seed, double speed, const AudioSink& sink,
              const CancelToken& cancel) const;
  Attempt attempt(const text::Utterance& utterance, uint64_t seed, double speed,
                  const CancelToken& cancel) const;

  const Engine& engine_;
  const Voice& voice_;
  const SpeakOptions& options_;
};

}  // namespace myna::voice
