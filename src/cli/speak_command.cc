// myna speak: one person's recordings read any text.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "cli/commands.h"
#include "cli/speak_job.h"
#include "cli/terminal.h"
#include "voice/import.h"

namespace myna::cli {
namespace {

constexpr uint64_t kMaxTextBytes = 64 << 20;

struct SpeakArguments {
  SpeakJob job;
  std::optional<std::string> text;
  std::string text_file;
  std::string dash;
  std::string language = "auto";
  std::optional<uint64_t> seed;
  bool no_self_check = false;
  std::string compat;
  bool plain = false, ssml = false;
  std::string cut = "auto";
  std::string stream = "sentences";
  std::string report;
  int threads = 0;
};

/// Sets the job's text, or that it comes from standard input.
void set_text(const SpeakArguments& arguments, SpeakJob* job) {
  const bool text_is_input = arguments.text == "-";
  const int given = int(arguments.text.has_value()) +
                    int(!arguments.text_file.empty() || !arguments.dash.empty());
  if (given != 1) {
    throw Error(ErrorCode::kUsage,
                "give the text once: --text \"...\", --text-file FILE, or - for standard input.",
                "text");
  }
  if (!arguments.dash.empty() && arguments.dash != "-") {
    throw Error(ErrorCode::kUsage, "is not understood; the text goes behind --text.",
                arguments.dash);
  }
  job->text_from_input = text_is_input || arguments.dash == "-" || arguments.text_file == "-";
  if (job->text_from_input) return;
  job->text = arguments.text ? *arguments.text : read_text(arguments.text_file, kMaxTextBytes);
}

void run_speak(SpeakArguments& arguments) {
  SpeakJob& job = arguments.job;
  job.options.mode = text::parse_mode(arguments.language);
  job.options.self_check = !arguments.no_self_check;
  job.options.seed = arguments.seed ? *arguments.seed : random_seed() >> 11;  // exact in JSON
  job.options.validate();
  job.options.stream_tokens = arguments.stream == "tokens";
  job.cut = text::parse_cut_method(arguments.cut);
  if (arguments.plain) job.format = text::TextFormat::kPlain;
  if (arguments.ssml) job.format = text::TextFormat::kSsml;
  set_text(arguments, &job);
  if (!arguments.compat.empty()) {  // the reference knows no markup and always cuts
    job.format = text::TextFormat::kPlain;
    if (!job.cut && !job.text_from_input) job.cut = text::CutMethod::kEveryMark;
  }

  voice::EngineOptions engine_options;
  engine_options.threads = arguments.threads;
  if (!arguments.compat.empty()) engine_options.compat = voice::Compat::kReference;
  const auto engine = voice::engine_for(job.voices, engine_options);
  const SpeakOutcome outcome = run_speak_job(engine, job);
  if (!arguments.report.empty()) {
    write_file(arguments.report, outcome_json(outcome).dump(2) + "\n");
  }
  for (const auto& note : outcome.notes) {
    std::cerr << "voice: " << note.recording << ", "
              << fmt::format("{:.1f}-{:.1f} s", note.begin_seconds, note.end_seconds) << " used\n";
    for (const std::string& warning : note.warnings) std::cerr << "voice: " << warning << "\n";
  }
  for (const std::string& note : outcome.text_notes) std::cerr << "text: " << note << "\n";
  std::set<std::string> told;  // what holds for many sentences is said once
  for (const auto& sentence : outcome.report.sentences) {
    for (const std::string& text_note : sentence.notes) {
      if (told.insert(text_note).second) std::cerr << "text: " << text_note << "\n";
    }
    if (sentence.verdict != voice::Verdict::kGood &&
        sentence.verdict != voice::Verdict::kUnchecked) {
      std::cerr << "self-check: " << voice::verdict_name(sentence.verdict) << " after "
                << sentence.attempts << " attempts: " << shorten(sentence.text, 60) << "\n";
    }
  }
  (job.output == "-" ? std::cerr : std::cout) << outcome_table({outcome});
}

}  // namespace

void add_speak_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<SpeakArguments>();
  SpeakJob& job = arguments->job;
  CLI::App* speak = app.add_subcommand("speak", "Read a text in a recorded voice");
  speak->footer(
      "Examples:\n"
      "  myna speak --voice me.wav --text \"Good morning.\" -o morning.wav\n"
      "  myna speak --voice a.wav --voice b.wav --text-file book.txt -o book.mp3\n"
      "  myna speak --voice slt --text \"你好，world。\" --seed 7 --speed 0.9 -o hi.flac\n"
      "  myna speak --voice me.wav --text \"To a player\" -o - | aplay\n"
      "  myna speak --voice me.wav --text \"At once\" --stream tokens -o - | aplay\n"
      "  tail -f log.txt | myna speak --voice me.wav --text - -o - | aplay\n"
      "\n"
      "The text may say how it is to be read (--plain switches this off):\n"
      "  <行|hang2>  <read|R EH1 D>    a word and its pronunciation: pinyin or ARPAbet\n"
      "  [hang2]  [W AH1 N]            a pronunciation alone\n"
      "  [pause 300ms]  [pause 1.5s]   silence\n"
      "  [lang:en]2024[/lang]          the language of a stretch: zh, en, ja, ko or yue\n"
      "  [rate:0.8]slowly[/rate]       its speed, times --speed\n"
      "  \\[  \\<                        a plain bracket or sign\n"
      "A text that starts with <speak is SSML: speak, p, s, break, say-as, phoneme, lang,\n"
      "prosody rate and sub.\n"
      "\n"
      "A lexicon holds on each line a word, a tab and its pronunciation:\n"
      "  Myna\tM AY1 N AH0\n"
      "  行香子\thang2 xiang1 zi3\n"
      "Besides --lexicon, lexicon.tsv in ~/.local/share/myna and in a voice's folder are used.\n"
      "\n"
      "A recording may be wav, flac, mp3, ogg or opus, from 1 second to 10 minutes, at any rate;\n"
      "the best 3 to 10 seconds are chosen and named. The same seed gives the same samples.");
  speak
      ->add_option("--voice", job.voices,
                   "Recording or voice name; repeat it for several "
                   "recordings of one person")
      ->required()
      ->type_name("FILE|NAME")
      ->allow_extra_args(false);
  speak
      ->add_option("--prompt-text", job.prompt_text,
                   "What the (first) recording says; without it Myna listens")
      ->type_name("TEXT");
  speak
      ->add_option("--text", arguments->text,
                   "The text to read; - reads standard input and speaks each sentence as soon as "
                   "it is complete")
      ->type_name("TEXT");
  speak->add_option("--text-file", arguments->text_file, "A UTF-8 file to read")->type_name("FILE");
  speak->add_option("input", arguments->dash, "- is the same as --text -")->type_name("-");
  CLI::Option* ssml = speak->add_flag("--ssml", arguments->ssml,
                                      "The text is SSML (found out by itself from <speak)");
  speak->add_flag("--plain", arguments->plain, "The text is plain: brackets and tags are read")
      ->excludes(ssml);
  speak
      ->add_option("--cut", arguments->cut,
                   "Where long texts are cut: auto (sentences of even length; default) or, as the "
                   "published implementation names its ways, 0 (not at all), 1 (every 4 clauses), "
                   "2 (50 characters), 3 (Chinese full stops), 4 (English full stops), 5 (every "
                   "mark); the text is plain then")
      ->type_name("METHOD")
      ->excludes(ssml);
  CLI::Option* lexicon =
      speak
          ->add_option("--lexicon", job.lexicons,
                       "Pronunciations that win over all dictionaries, a word, a tab and its "
                       "pronunciation on each line; may be repeated")
          ->type_name("FILE")
          ->allow_extra_args(false);
  speak->add_flag("--show-phones", job.show_phones,
                  "Print how each sentence is read: languages, words, phones and ids");
  speak
      ->add_option("--language", arguments->language,
                   "auto (default), auto_yue, zh, en, ja, ko, yue (each with English), all_zh, "
                   "all_ja, all_ko, all_yue; the starter voices speak zh and en")
      ->type_name("MODE");
  speak
      ->add_option("-o,--output", job.output,
                   ".wav, .flac, .mp3, .ogg or .opus file, or - for a WAV stream on standard "
                   "output")
      ->required()
      ->type_name("FILE");
  speak->add_option("--seed", arguments->seed, "Repeat an earlier result")->type_name("N");
  speak->add_option("--speed", job.options.speed, "0.5 to 2; 2 is twice as fast (default: 1)");
  speak->add_option("--pause", job.options.pause_seconds,
                    "Silence after each sentence in seconds (default: 0.3)");
  speak->add_option("--temperature", job.options.sampling.temperature,
                    "Liveliness of the delivery (default: 1)");
  speak->add_option("--top-k", job.options.sampling.top_k, "Default: 15");
  speak->add_option("--top-p", job.options.sampling.top_p, "Default: 1");
  speak->add_option("--repetition-penalty", job.options.sampling.repetition_penalty,
                    "Default: 1.35");
  speak->add_option("--sample-steps", job.options.sample_steps,
                    "Voices of SoVITS v3 and v4: steps in which the sound is made, 1 to 128; fewer "
                    "are faster (default: 32 with v3, 8 with v4)");
  speak->add_option("--batch", job.options.batch,
                    "Sentences behind the first whose tokens are chosen together, 1 to 16: a long "
                    "text is done sooner, and sounds the same (default: 1)");
  speak
      ->add_option("--stream", arguments->stream,
                   "When speech is delivered: sentences (default; each when it is whole and, with "
                   "the self-check, found good) or tokens (while it is being made: the first "
                   "sound comes sooner; the self-check then tells of a bad sentence but cannot "
                   "speak it again)")
      ->check(CLI::IsMember({"sentences", "tokens"}))
      ->type_name("WHEN");
  speak->add_flag("--no-self-check", arguments->no_self_check,
                  "Do not listen to the result and speak bad sentences again");
  speak
      ->add_option("--compat", arguments->compat,
                   "reference: an imported voice speaks as the published implementation does, "
                   "faults included, in full precision and without the self-check "
                   "(docs/compatibility.md)")
      ->check(CLI::IsMember({"reference"}))
      ->type_name("WHOM")
      ->excludes(ssml)
      ->excludes(lexicon);
  speak->add_option("--attempts", job.options.max_attempts,
                    "Tries per sentence with the self-check (default: 3)");
  speak->add_option("--report", arguments->report, "Write a JSON report")->type_name("FILE");
  speak->add_option("--threads", arguments->threads, "Default: one per core")
      ->check(CLI::Range(0, 256));
  speak->callback([arguments] { run_speak(*arguments); });
}

}  // namespace myna::cli
