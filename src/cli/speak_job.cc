#include "cli/speak_job.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <iostream>
#include <iterator>
#include <optional>

#include "audio/io.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/lexicons.h"
#include "cli/phones_table.h"
#include "cli/terminal.h"
#include "voice/synthesizer.h"

namespace myna::cli {
namespace {

std::vector<voice::Recording> recordings_of(const SpeakJob& job) {
  std::vector<voice::Recording> recordings;
  for (const std::string& name : job.voices) {
    for (voice::Recording& recording : voice::find_recordings(name)) {
      recordings.push_back(std::move(recording));
    }
  }
  if (recordings.empty()) {
    throw Error(ErrorCode::kUsage,
                "there is no reference recording: name one besides the voice, --voice NAME "
                "--voice WAV.",
                "--voice");
  }
  if (!job.prompt_text.empty()) recordings.front().transcript = job.prompt_text;
  return recordings;
}

/// The next sentence of what arrives at standard input; waits for it.
std::optional<text::Sentence> next_from_input(text::SentenceReader& reader, bool* ended,
                                              const CancelToken& cancel) {
  for (;;) {
    if (auto sentence = reader.next()) return sentence;
    if (*ended) return std::nullopt;
    cancel.check("reading standard input");
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&input, 1, 200);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    char buffer[1 << 16];
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorCode::kIo, "cannot be read.", "standard input");
    if (got > 0) {
      reader.feed({buffer, size_t(got)});
    } else {
      *ended = true;
      reader.finish();
    }
  }
}

std::string self_check_summary(const voice::SpeakReport& report) {
  const voice::AlignmentCounts phones = report.phones();
  if (phones.wanted == 0) return "off";
  const int bad = report.sentences_below_standard();
  int attempts = 0;
  for (const auto& sentence : report.sentences) attempts += sentence.attempts;
  std::string text =
      bad == 0 ? "ok" : fmt::format("{} of {} suspect", bad, report.sentences.size());
  text += fmt::format(", phone error {:.1f} %", 100 * phones.rate());
  if (attempts > int(report.sentences.size())) {
    text += fmt::format(", {} attempts", attempts);
  }
  return text;
}

}  // namespace

SpeakOutcome run_speak_job(const std::shared_ptr<const voice::Engine>& engine,
                           const SpeakJob& job) {
  job.options.validate();
  const CancelToken& cancel = interrupt_token();
  audio::ClipWriter writer(job.output, engine->sample_rate());

  const text::Frontend& frontend = engine->frontend();
  text::UserLexicons lexicons = load_lexicons(frontend, job.voices, job.lexicons);
  std::vector<std::string> text_notes;
  std::deque<text::Sentence> sentences;
  if (!job.text_from_input) {
    auto read =
        job.cut
            ? text::cut_sentences(job.text, *job.cut, job.options.mode == text::Mode::kEn, lexicons)
            : text::read_sentences(job.text, job.format, frontend, lexicons, &text_notes);
    std::move(read.begin(), read.end(), std::back_inserter(sentences));
  } else if (job.cut) {
    throw Error(ErrorCode::kUsage,
                "needs the whole text before it can cut; give --text-file, or leave --cut out.",
                "--cut");
  }

  voice::VoiceOptions voice_options;
  voice_options.transcript_mode = job.options.mode;
  const voice::Voice voice =
      voice::make_voice(*engine, job.voices.front(), recordings_of(job), voice_options);

  SpeakOutcome outcome;
  outcome.output = job.output;
  outcome.voice_name = voice.name;
  outcome.notes = voice.notes;
  outcome.text_notes = std::move(text_notes);
  voice::SpeakOptions options = job.options;
  std::ostream& tables = job.output == "-" ? std::cerr : std::cout;
  if (job.show_phones) {
    options.show = [&](const text::Utterance& utterance) {
      tables << phones_table(utterance) << "\n" << std::flush;
    };
  }
  std::optional<ProgressLine> progress;
  if (!job.show_phones) progress.emplace();
  const auto speak = [&](const voice::SentenceSource& source) {
    outcome.report = voice::Synthesizer(engine).speak(
        voice, source, options, [&](std::span<const float> samples) { writer.write(samples); },
        cancel, progress ? progress->callback() : ProgressCallback());
  };
  text::SentenceReader reader(job.format, frontend, std::move(lexicons));
  if (job.text_from_input) {
    bool ended = false;
    speak({[&] { return next_from_input(reader, &ended, cancel); }});
  } else {
    speak({[&]() -> std::optional<text::Sentence> {
             if (sentences.empty()) return std::nullopt;
             text::Sentence next = std::move(sentences.front());
             sentences.pop_front();
             return next;
           },
           int64_t(sentences.size())});
  }
  outcome.text_notes.insert(outcome.text_notes.end(), reader.notes().begin(), reader.notes().end());
  writer.commit();
  return outcome;
}

Json outcome_json(const SpeakOutcome& outcome) {
  const voice::SpeakReport& report = outcome.report;
  Json json = {{"output", outcome.output},
               {"voice", outcome.voice_name},
               {"sample_rate", report.sample_rate},
               {"seed", report.seed},
               {"audio_seconds", report.audio_seconds},
               {"elapsed_seconds", report.elapsed_seconds},
               {"first_audio_seconds", report.first_audio_seconds},
               {"real_time_factor", report.real_time_factor()},
               {"notes", outcome.text_notes}};
  if (report.sample_steps > 0) json["sample_steps"] = report.sample_steps;
  json["references"] = Json::array();
  for (const auto& note : outcome.notes) {
    json["references"].push_back({{"recording", note.recording},
                                  {"begin_seconds", note.begin_seconds},
                                  {"end_seconds", note.end_seconds},
                                  {"warnings", note.warnings}});
  }
  const voice::AlignmentCounts phones = report.phones();
  json["self_check"] = {{"checked", phones.wanted > 0},
                        {"phone_error", phones.rate()},
                        {"sentences_below_standard", report.sentences_below_standard()}};
  json["sentences"] = Json::array();
  for (const auto& sentence : report.sentences) {
    json["sentences"].push_back({{"text", sentence.text},
                                 {"seed", sentence.seed},
                                 {"attempts", sentence.attempts},
                                 {"tokens", sentence.tokens},
                                 {"audio_seconds", sentence.audio_seconds},
                                 {"verdict", voice::verdict_name(sentence.verdict)},
                                 {"phones_wanted", sentence.phones.wanted},
                                 {"phones_substituted", sentence.phones.substitutions},
                                 {"phones_missing", sentence.phones.deletions},
                                 {"phones_inserted", sentence.phones.insertions},
                                 {"notes", sentence.notes}});
  }
  return json;
}

std::string outcome_table(const std::vector<SpeakOutcome>& outcomes) {
  size_t width = 4;
  for (const auto& outcome : outcomes) width = std::max(width, display_width(outcome.output));
  std::string table = fmt::format("{}  {:>9}  {:>7}  {:>5}  {:>20}  {}\n", padded("file", width),
                                  "audio (s)", "time (s)", "RTF", "seed", "self-check");
  for (const auto& outcome : outcomes) {
    const voice::SpeakReport& r = outcome.report;
    table += fmt::format("{}  {:>9.2f}  {:>8.2f}  {:>5.2f}  {:>20}  {}\n",
                         padded(outcome.output, width), r.audio_seconds, r.elapsed_seconds,
                         r.real_time_factor(), r.seed, self_check_summary(r));
  }
  return table;
}

}  // namespace myna::cli
