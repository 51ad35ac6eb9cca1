// Text in, audio out: sentences are analysed, spoken, checked and delivered one after another, so
// that memory does not grow with the text.
#pragma once

#include <memory>
#include <string_view>

#include "base/progress.h"
#include "voice/engine.h"
#include "voice/speech.h"
#include "voice/voice.h"

namespace myna::voice {

class Synthesizer {
 public:
  explicit Synthesizer(std::shared_ptr<const Engine> engine);

  /// Speaks `text` (UTF-8, any length, no markup) and delivers mono samples at
  /// engine.sample_rate(). Same voice, text and options on the same machine: same samples. Throws
  /// Error(kInvalidText) before the first sample when there is nothing to speak, Error(kCancelled)
  /// when `cancel` says so.
  SpeakReport speak(const Voice& voice, std::string_view text, const SpeakOptions& options,
                    const AudioSink& sink, const CancelToken& cancel = {},
                    const ProgressCallback& progress = {}) const;

  /// The same for a text with control over its reading, which may still be arriving: a sentence is
  /// asked for when the one before it is delivered. Its rate multiplies options.speed; a pause
  /// takes the place of the silence after the sentence before it.
  SpeakReport speak(const Voice& voice, const SentenceSource& sentences,
                    const SpeakOptions& options, const AudioSink& sink,
                    const CancelToken& cancel = {}, const ProgressCallback& progress = {}) const;

 private:
  std::shared_ptr<const Engine> engine_;
};

}  // namespace myna::voice
