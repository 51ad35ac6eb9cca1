#include "voice/synthesizer.h"

#include <chrono>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/random.h"
#include "base/utf8.h"
#include "voice/sentence_speaker.h"

namespace myna::voice {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

/// Delivers samples and keeps the clock of the first and the count of all.
class Delivery {
 public:
  Delivery(const AudioSink& sink, Clock::time_point start) : sink_(sink), start_(start) {}

  void send(std::span<const float> samples) {
    if (samples.empty()) return;
    sink_(samples);
    if (count_ == 0) first_seconds_ = seconds_since(start_);
    count_ += int64_t(samples.size());
  }
  int64_t count() const { return count_; }
  double first_seconds() const { return first_seconds_; }

 private:
  const AudioSink& sink_;
  Clock::time_point start_;
  int64_t count_ = 0;
  double first_seconds_ = 0;
};

}  // namespace

Synthesizer::Synthesizer(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {}

SpeakReport Synthesizer::speak(const Voice& voice, std::string_view text,
                               const SpeakOptions& options, const AudioSink& sink,
                               const CancelToken& cancel, const ProgressCallback& progress) const {
  options.validate();
  const Clock::time_point start = Clock::now();
  require_utf8(text, "text");
  if (is_blank(text)) {
    throw Error(ErrorCode::kInvalidText, "is empty; write something to be read.", "text");
  }

  const std::vector<std::string> sentences = text::split_sentences(text);
  const SentenceSpeaker speaker(*engine_, voice, options);
  const std::vector<float> pause(
      size_t(std::llround(options.pause_seconds * engine_->sample_rate())), 0.0f);
  Delivery delivery(sink, start);
  SpeakReport report;
  report.sample_rate = engine_->sample_rate();
  report.seed = options.seed;
  std::optional<Error> unspeakable;
  for (size_t i = 0; i < sentences.size(); ++i) {
    cancel.check("speaking");
    myna::report(progress, "speaking", int64_t(i), int64_t(sentences.size()), sentences[i]);
    text::Utterance utterance;
    try {
      utterance = engine_->frontend().analyse(sentences[i], options.mode);
    } catch (const Error& error) {
      // A line of dashes or emoji inside a book is skipped; a text of nothing else is an error.
      if (error.code() != ErrorCode::kInvalidText) throw;
      unspeakable = error;
      continue;
    }
    if (utterance.silent()) continue;
    report.sentences.push_back(speaker.speak(
        utterance, i, [&](std::span<const float> samples) { delivery.send(samples); }, cancel));
    delivery.send(pause);
  }
  if (report.sentences.empty()) {
    if (unspeakable) throw *unspeakable;
    throw Error(ErrorCode::kInvalidText,
                "has nothing that can be spoken, only punctuation or symbols.", "text");
  }
  myna::report(progress, "speaking", int64_t(sentences.size()), int64_t(sentences.size()));
  report.audio_seconds = double(delivery.count()) / report.sample_rate;
  report.elapsed_seconds = seconds_since(start);
  report.first_audio_seconds = delivery.first_seconds();
  return report;
}

}  // namespace myna::voice
