#include "voice/synthesizer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/random.h"
#include "text/text_reader.h"
#include "voice/sentence_speaker.h"
#include "voice/speech_decoder.h"

namespace myna::voice {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kReferenceRate = 32000;  // Hz

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Delivers samples and keeps the clock of the first and the count of all. Silence is held back
/// until speech follows or the end.
class Delivery {
 public:
  Delivery(const AudioSink& sink, Clock::time_point start, int rate)
      : sink_(sink), start_(start), rate_(rate) {}

  void send(std::span<const float> samples) {
    if (samples.empty()) return;
    finish();
    pass(samples);
  }
  void add_silence(double seconds) { silence_ += std::llround(seconds * rate_); }
  void drop_silence() { silence_ = 0; }
  /// Delivers the silence that is held back.
  void finish() {
    const std::vector<float> zeros(size_t(std::min<int64_t>(silence_, rate_)), 0.0f);
    while (silence_ > 0) {
      const auto part = std::min<int64_t>(silence_, int64_t(zeros.size()));
      silence_ -= part;
      pass(std::span(zeros).first(size_t(part)));
    }
  }
  int64_t count() const { return count_; }
  double first_seconds() const { return first_seconds_; }

 private:
  void pass(std::span<const float> samples) {
    sink_(samples);
    if (count_ == 0) first_seconds_ = seconds_since(start_);
    count_ += int64_t(samples.size());
  }

  const AudioSink& sink_;
  Clock::time_point start_;
  int rate_;
  int64_t silence_ = 0;  ///< samples
  int64_t count_ = 0;
  double first_seconds_ = 0;
};

}  // namespace

Synthesizer::Synthesizer(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {}

SpeakReport Synthesizer::speak(const Voice& voice, std::string_view text,
                               const SpeakOptions& options, const AudioSink& sink,
                               const CancelToken& cancel, const ProgressCallback& progress) const {
  std::vector<text::Sentence> sentences =
      text::read_sentences(text, text::TextFormat::kPlain, engine_->frontend());
  size_t at = 0;
  const SentenceSource source{[&]() -> std::optional<text::Sentence> {
                                if (at == sentences.size()) return std::nullopt;
                                return std::move(sentences[at++]);
                              },
                              int64_t(sentences.size())};
  return speak(voice, source, options, sink, cancel, progress);
}

SpeakReport Synthesizer::speak(const Voice& voice, const SentenceSource& sentences,
                               const SpeakOptions& options, const AudioSink& sink,
                               const CancelToken& cancel, const ProgressCallback& progress) const {
  options.validate();
  const int usual_steps = engine_->decoder().default_steps();
  if (options.sample_steps > 0 && usual_steps == 0)
    throw Error(ErrorCode::kUsage,
                "is for voices of SoVITS v3 and v4; this voice is not made in steps, so leave it "
                "out.",
                "--sample-steps");
  if (options.stream_tokens && !engine_->decoder().streams())
    throw Error(ErrorCode::kUsage,
                "tokens: a sentence of this voice (SoVITS v3 or v4) is made whole before its first "
                "sample; leave it out to hear it sentence by sentence.",
                "--stream");
  const Clock::time_point start = Clock::now();
  const SentenceSpeaker speaker(*engine_, voice, options);
  Delivery delivery(sink, start, engine_->sample_rate());
  SpeakReport report;
  report.sample_rate = engine_->sample_rate();
  report.seed = options.seed;
  // The reference counts its pauses in samples of 32 kHz, whatever the rate of the voice.
  const double pause = engine_->compat() == Compat::kReference
                           ? options.pause_seconds * kReferenceRate / report.sample_rate
                           : options.pause_seconds;
  report.sample_steps = options.sample_steps > 0 ? options.sample_steps : usual_steps;
  std::optional<Error> unspeakable;
  bool after_sentence = false;
  int64_t count = 0;  // sentences, pauses not counted
  for (;;) {
    cancel.check("speaking");
    const std::optional<text::Sentence> sentence = sentences.next();
    if (!sentence) break;
    if (sentence->is_pause()) {
      if (after_sentence) delivery.drop_silence();
      after_sentence = false;
      delivery.add_silence(sentence->pause_seconds);
      continue;
    }
    const int64_t index = count++;
    const std::string written = sentence->text();
    myna::report(progress, "speaking", index, sentences.total, written);
    text::Utterance utterance;
    try {
      utterance = engine_->frontend().analyse(*sentence, options.mode);
    } catch (const Error& error) {
      // A line of dashes or emoji inside a book is skipped; a text of nothing else is an error.
      if (error.code() != ErrorCode::kInvalidText) throw;
      unspeakable = error;
      continue;
    }
    if (options.show) options.show(utterance);
    report.sentences.push_back(speaker.speak(
        utterance, size_t(index), sentence->rate,
        [&](std::span<const float> samples) { delivery.send(samples); }, cancel));
    delivery.add_silence(pause);
    after_sentence = true;
  }
  if (report.sentences.empty()) {
    if (unspeakable) throw *unspeakable;
    if (count == 0)
      throw Error(ErrorCode::kInvalidText, "is empty; write something to be read.", "text");
    throw Error(ErrorCode::kInvalidText,
                "has nothing that can be spoken, only punctuation or symbols.", "text");
  }
  delivery.finish();
  myna::report(progress, "speaking", count, sentences.total);
  report.audio_seconds = double(delivery.count()) / report.sample_rate;
  report.elapsed_seconds = seconds_since(start);
  report.first_audio_seconds = delivery.first_seconds();
  return report;
}

}  // namespace myna::voice
