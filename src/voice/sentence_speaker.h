// One sentence: phones -> semantic tokens -> waveform -> self-check, again with another seed when
// the check is not satisfied. With token streaming the waveform is made and delivered while tokens
// are still being chosen, and the check can only tell.
#pragma once

#include "base/progress.h"
#include "models/t2s_decoder.h"
#include "voice/engine.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::voice {

class SentenceSpeaker {
 public:
  /// The arguments must outlive the speaker. Safe to use from many threads.
  SentenceSpeaker(const Engine& engine, const Voice& voice, const SpeakOptions& options);

  struct Tokens {
    std::vector<int64_t> codes;
    std::vector<int64_t> phones;  ///< as the decoder wants them: the sentence's, or one per code
  };
  /// A sentence and its place in the text: its random numbers are a function of (seed, index,
  /// attempt).
  struct Sentence {
    const text::Utterance* utterance;
    size_t index;
  };
  /// The tokens of the sentences' first attempts, decoded together. Each is what it is alone.
  std::vector<Tokens> choose_tokens(std::span<const Sentence> sentences,
                                    const CancelToken& cancel) const;

  /// `chosen`: the tokens of the first attempt, where they were chosen before; may be null. `rate`
  /// multiplies options.speed, within the speeds that options may ask for. Samples are delivered as
  /// they are made, or after the check when there is one that may speak again.
  SentenceReport speak(const Sentence& sentence, const Tokens* chosen, double rate,
                       const AudioSink& sink, const CancelToken& cancel) const;

 private:
  struct Attempt;
  /// What the text network is asked for, and the phones for the decoder.
  struct Plan {
    models::T2sRequest request;
    std::vector<int64_t> phones;
  };
  Plan plan(const text::Utterance& utterance, uint64_t seed) const;
  Tokens choose_tokens(const text::Utterance& utterance, uint64_t seed,
                       const CancelToken& cancel) const;
  void decode(const Tokens& tokens, uint64_t seed, double speed, const AudioSink& sink,
              const CancelToken& cancel) const;
  Attempt attempt(const text::Utterance& utterance, const Tokens* chosen, uint64_t seed,
                  double speed, const CancelToken& cancel) const;
  int64_t stream(const text::Utterance& utterance, uint64_t seed, double speed,
                 const AudioSink& sink, const CancelToken& cancel) const;
  SelfCheckResult check(const text::Utterance& utterance, std::span<const float> samples) const;
  void speak_once(const text::Utterance& utterance, const Tokens* chosen, double speed,
                  bool checked, const AudioSink& sink, const CancelToken& cancel,
                  SentenceReport& report) const;
  void speak_until_good(const Sentence& sentence, const Tokens* chosen, double speed,
                        const AudioSink& sink, const CancelToken& cancel,
                        SentenceReport& report) const;

  const Engine& engine_;
  const Voice& voice_;
  const SpeakOptions& options_;
};

}  // namespace myna::voice
