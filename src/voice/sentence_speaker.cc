#include "voice/sentence_speaker.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"
#include "models/phone_timing.h"
#include "voice/listener.h"
#include "voice/speech_decoder.h"

namespace myna::voice {
namespace {

constexpr double kTokenRate = 25.0;  // Hz
// The reference's bounds, whatever the sentence.
constexpr int kReferenceMinTokens = 11, kReferenceMaxTokens = 1500;

uint64_t attempt_seed(uint64_t seed, size_t index, int attempt) {
  return Rng(seed).split(index).split(uint64_t(attempt)).next_u64() >> 11;
}

std::vector<int64_t> widened(const std::vector<int32_t>& ids) {
  return std::vector<int64_t>(ids.begin(), ids.end());
}

/// Speech in a language that the listener does not know would only be misheard.
bool can_check(const Engine& engine, const text::Utterance& utterance) {
  return std::all_of(utterance.runs.begin(), utterance.runs.end(),
                     [&](const auto& run) { return engine.hears(run.language); });
}

bool has_chinese(const text::Utterance& utterance) {
  return std::any_of(utterance.runs.begin(), utterance.runs.end(),
                     [](const auto& run) { return run.language == text::Language::kZh; });
}

}  // namespace

struct SentenceSpeaker::Attempt {
  uint64_t seed = 0;
  int64_t tokens = 0;
  std::vector<float> samples;
  SelfCheckResult check;
};

SentenceSpeaker::SentenceSpeaker(const Engine& engine, const Voice& voice,
                                 const SpeakOptions& options)
    : engine_(engine), voice_(voice), options_(options) {}

SentenceSpeaker::Plan SentenceSpeaker::plan(const text::Utterance& utterance, uint64_t seed) const {
  const double longest = engine_.self_check_limits().max_seconds_per_phone;
  Plan out{{}, widened(utterance.ids)};
  models::T2sRequest& request = out.request;
  request.seed = seed;
  request.sampling.temperature = options_.sampling.temperature * engine_.t2s().config().temperature;
  request.sampling.top_k = options_.sampling.top_k;
  request.sampling.top_p = options_.sampling.top_p;
  request.sampling.repetition_penalty = options_.sampling.repetition_penalty;
  if (const models::DurationPredictor* durations = engine_.durations()) {
    // One token per place of the text: nothing to stop at, nothing to loop in.
    std::vector<float> lasting = durations->tokens(out.phones);
    for (float& tokens : lasting) tokens *= float(voice_.slowness);
    request.phones = models::spread_phones(out.phones, lasting);
    if (engine_.sovits().config().spread_text) out.phones = request.phones;
    request.sampling.min_tokens = request.sampling.max_tokens = int(request.phones.size());
    request.sampling.repetition_penalty = 1.0f;
  } else {
    request.phones = widened(voice_.prompt_phones);
    request.phones.insert(request.phones.end(), utterance.ids.begin(), utterance.ids.end());
    request.prompt = voice_.prompt_codes;
    if (const ChineseContext* context = engine_.chinese_context()) {
      request.bert = joined_features(voice_.prompt_context, voice_.prompt_phones.size(),
                                     context->features(utterance), utterance.ids.size());
    }
    const auto phones = int(utterance.ids.size());
    request.sampling.min_tokens = std::clamp(phones / 2, 2, kReferenceMinTokens);
    request.sampling.max_tokens = int(std::ceil((longest * phones + 1.0) * kTokenRate));
    if (engine_.compat() == Compat::kReference) {
      request.sampling.min_tokens = kReferenceMinTokens;
      request.sampling.max_tokens = kReferenceMaxTokens;
    }
  }
  return out;
}

SentenceSpeaker::Tokens SentenceSpeaker::choose_tokens(const text::Utterance& utterance,
                                                       uint64_t seed,
                                                       const CancelToken& cancel) const {
  Plan asked = plan(utterance, seed);
  auto results = models::decode_t2s(engine_.t2s(), std::span(&asked.request, 1), {}, cancel);
  return {std::move(results.front().tokens), std::move(asked.phones)};
}

std::vector<SentenceSpeaker::Tokens> SentenceSpeaker::choose_tokens(
    std::span<const Sentence> sentences, const CancelToken& cancel) const {
  std::vector<models::T2sRequest> requests;
  std::vector<Tokens> chosen;
  for (const Sentence& sentence : sentences) {
    Plan asked = plan(*sentence.utterance, attempt_seed(options_.seed, sentence.index, 0));
    requests.push_back(std::move(asked.request));
    chosen.push_back({{}, std::move(asked.phones)});
  }
  auto results = models::decode_t2s(engine_.t2s(), requests, {}, cancel);
  for (size_t i = 0; i < results.size(); ++i) chosen[i].codes = std::move(results[i].tokens);
  return chosen;
}

void SentenceSpeaker::decode(const Tokens& tokens, uint64_t seed, double speed,
                             const AudioSink& sink, const CancelToken& cancel) const {
  engine_.decoder().decode(voice_,
                           {.codes = tokens.codes,
                            .phones = tokens.phones,
                            .seed = seed,
                            .speed = speed,
                            .steps = options_.sample_steps},
                           sink, cancel);
}

SentenceSpeaker::Attempt SentenceSpeaker::attempt(const text::Utterance& utterance,
                                                  const Tokens* chosen, uint64_t seed, double speed,
                                                  const CancelToken& cancel) const {
  Attempt result;
  result.seed = seed;
  const Tokens tokens = chosen ? *chosen : choose_tokens(utterance, seed, cancel);
  result.tokens = std::ssize(tokens.codes);
  if (tokens.codes.empty()) {
    result.check.verdict = Verdict::kTooShort;
    result.check.badness = 10;
    return result;
  }
  decode(
      tokens, seed, speed,
      [&](std::span<const float> samples) {
        result.samples.insert(result.samples.end(), samples.begin(), samples.end());
      },
      cancel);
  result.check = check(utterance, result.samples);
  return result;
}

SelfCheckResult SentenceSpeaker::check(const text::Utterance& utterance,
                                       std::span<const float> samples) const {
  const Heard heard = listen(engine_, samples, engine_.sample_rate(), utterance.ids);
  return check_speech(engine_.phone_classes(), utterance.ids, heard.phones, samples,
                      engine_.sample_rate(), engine_.self_check_limits());
}

/// Speaks while tokens are being chosen; returns how many there were.
int64_t SentenceSpeaker::stream(const text::Utterance& utterance, uint64_t seed, double speed,
                                const AudioSink& sink, const CancelToken& cancel) const {
  Plan asked = plan(utterance, seed);
  const std::unique_ptr<SpeechStream> speech = engine_.decoder().stream(
      voice_, {.codes = {}, .phones = asked.phones, .seed = seed, .speed = speed}, sink);
  const auto results = models::decode_t2s(
      engine_.t2s(), std::span(&asked.request, 1),
      [&](size_t, int64_t token) {
        speech->push(token);
        return true;
      },
      cancel);
  speech->finish();
  return std::ssize(results.front().tokens);
}

/// One attempt, delivered as it is made; `checked`: listened to afterwards.
void SentenceSpeaker::speak_once(const text::Utterance& utterance, const Tokens* chosen,
                                 double speed, bool checked, const AudioSink& sink,
                                 const CancelToken& cancel, SentenceReport& report) const {
  std::vector<float> spoken;
  int64_t count = 0;
  const AudioSink counted = [&](std::span<const float> samples) {
    count += std::ssize(samples);
    if (checked) spoken.insert(spoken.end(), samples.begin(), samples.end());
    sink(samples);
  };
  if (options_.stream_tokens) {
    report.tokens = stream(utterance, report.seed, speed, counted, cancel);
  } else {
    const Tokens tokens = chosen ? *chosen : choose_tokens(utterance, report.seed, cancel);
    report.tokens = std::ssize(tokens.codes);
    if (!tokens.codes.empty()) decode(tokens, report.seed, speed, counted, cancel);
  }
  report.audio_seconds = double(count) / engine_.sample_rate();
  if (!checked) return;
  if (spoken.empty()) {
    report.verdict = Verdict::kTooShort;
    return;
  }
  const SelfCheckResult result = check(utterance, spoken);
  report.verdict = result.verdict;
  report.phones = result.phones;
}

/// Attempts until the check is satisfied, of which the best is delivered.
void SentenceSpeaker::speak_until_good(const Sentence& sentence, const Tokens* chosen, double speed,
                                       const AudioSink& sink, const CancelToken& cancel,
                                       SentenceReport& report) const {
  Attempt best;
  for (int i = 0; i < options_.max_attempts; ++i) {
    const uint64_t seed = attempt_seed(options_.seed, sentence.index, i);
    Attempt next = attempt(*sentence.utterance, i == 0 ? chosen : nullptr, seed, speed, cancel);
    const bool good = next.check.verdict == Verdict::kGood;
    if (i == 0 || good || next.check.badness < best.check.badness) best = std::move(next);
    report.attempts = i + 1;
    if (good) break;
  }
  sink(best.samples);
  report.seed = best.seed;
  report.tokens = best.tokens;
  report.verdict = best.check.verdict;
  report.phones = best.check.phones;
  report.audio_seconds = double(best.samples.size()) / engine_.sample_rate();
}

SentenceReport SentenceSpeaker::speak(const Sentence& sentence, const Tokens* chosen, double rate,
                                      const AudioSink& sink, const CancelToken& cancel) const {
  const text::Utterance& utterance = *sentence.utterance;
  SentenceReport report;
  report.text = utterance.text;
  report.notes = utterance.notes;
  if (engine_.lacks_chinese_context() && has_chinese(utterance)) {
    report.notes.emplace_back(
        "Chinese is read without the context model (RoBERTa) that these weights were trained with, "
        "so its melody is poorer");
  }
  const double speed = std::clamp(options_.speed * rate, text::kSlowestRate, text::kFastestRate);
  if (speed != options_.speed * rate)
    report.notes.push_back("its rate and the speed together are limited to 0.5 ... 2");

  const bool checked = options_.self_check && engine_.compat() != Compat::kReference &&
                       can_check(engine_, utterance);
  if (checked && !options_.stream_tokens) {
    speak_until_good(sentence, chosen, speed, sink, cancel, report);
  } else {
    report.seed = attempt_seed(options_.seed, sentence.index, 0);
    speak_once(utterance, chosen, speed, checked, sink, cancel, report);
  }
  return report;
}

}  // namespace myna::voice
