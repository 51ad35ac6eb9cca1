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

/// A pause, or a sentence that can be spoken.
struct Item {
  double pause_seconds = 0;
  std::optional<text::Utterance> utterance;
  double rate = 1;
  size_t index = 0;  ///< among the sentences
};

/// Reads sentences and analyses them.
class Reading {
 public:
  Reading(const Engine& engine, const SentenceSource& sentences, text::Mode mode)
      : engine_(engine), sentences_(sentences), mode_(mode) {}

  /// What comes next, up to the `wanted`-th sentence that can be spoken; empty at the end.
  std::vector<Item> take(int wanted, const CancelToken& cancel) {
    std::vector<Item> items;
    while (wanted > 0) {
      cancel.check("speaking");
      const std::optional<text::Sentence> sentence = sentences_.next();
      if (!sentence) break;
      if (sentence->is_pause()) {
        items.push_back({.pause_seconds = sentence->pause_seconds});
        continue;
      }
      const int64_t index = count_++;
      try {
        items.push_back({.utterance = engine_.frontend().analyse(*sentence, mode_),
                         .rate = sentence->rate,
                         .index = size_t(index)});
        --wanted;
      } catch (const Error& error) {
        // A line of dashes or emoji inside a book is skipped; a text of nothing else is an error.
        if (error.code() != ErrorCode::kInvalidText) throw;
        unspeakable_ = error;
      }
    }
    return items;
  }

  int64_t count() const { return count_; }  ///< sentences, pauses not counted

  /// After a text of which nothing was spoken: why.
  [[noreturn]] void refuse() const {
    if (unspeakable_) throw *unspeakable_;
    if (count_ == 0)
      throw Error(ErrorCode::kInvalidText, "is empty; write something to be read.", "text");
    throw Error(ErrorCode::kInvalidText,
                "has nothing that can be spoken, only punctuation or symbols.", "text");
  }

 private:
  const Engine& engine_;
  const SentenceSource& sentences_;
  text::Mode mode_;
  int64_t count_ = 0;
  std::optional<Error> unspeakable_;
};

/// The tokens of all sentences among the items, chosen together; none where that is no gain.
std::vector<SentenceSpeaker::Tokens> chosen_together(const SentenceSpeaker& speaker,
                                                     std::span<const Item> items,
                                                     const SpeakOptions& options,
                                                     const CancelToken& cancel) {
  std::vector<SentenceSpeaker::Sentence> sentences;
  for (const Item& item : items)
    if (item.utterance) sentences.push_back({&*item.utterance, item.index});
  if (sentences.size() < 2 || options.stream_tokens) return {};
  return speaker.choose_tokens(sentences, cancel);
}

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
  bool after_sentence = false;
  Reading reading(*engine_, sentences, options.mode);
  // The first sentence alone, so that it is heard soon.
  for (int together = 1;; together = options.batch) {
    const std::vector<Item> items = reading.take(together, cancel);
    if (items.empty()) break;
    const auto chosen = chosen_together(speaker, items, options, cancel);
    size_t spoken = 0;
    for (const Item& item : items) {
      if (!item.utterance) {
        if (after_sentence) delivery.drop_silence();
        after_sentence = false;
        delivery.add_silence(item.pause_seconds);
        continue;
      }
      cancel.check("speaking");
      myna::report(progress, "speaking", int64_t(item.index), sentences.total,
                   item.utterance->text);
      if (options.show) options.show(*item.utterance);
      report.sentences.push_back(speaker.speak(
          {&*item.utterance, item.index}, chosen.empty() ? nullptr : &chosen[spoken++], item.rate,
          [&](std::span<const float> samples) { delivery.send(samples); }, cancel));
      delivery.add_silence(pause);
      after_sentence = true;
    }
  }
  if (report.sentences.empty()) reading.refuse();
  delivery.finish();
  myna::report(progress, "speaking", reading.count(), sentences.total);
  report.audio_seconds = double(delivery.count()) / report.sample_rate;
  report.elapsed_seconds = seconds_since(start);
  report.first_audio_seconds = delivery.first_seconds();
  return report;
}

}  // namespace myna::voice
