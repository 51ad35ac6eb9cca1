// myna phones: shows how a text is read, one JSON object or table per line of input.
#include <iostream>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/paths.h"
#include "cli/commands.h"
#include "cli/lexicons.h"
#include "cli/phones_table.h"
#include "text/segmentation.h"
#include "text/text_reader.h"
#include "voice/bases.h"
#include "voice/front_end.h"

namespace myna::cli {
namespace {

struct PhonesArguments {
  std::string text;
  std::string mode = "auto";
  std::string symbols = "v2";
  std::vector<std::string> lexicons;
  std::string cut;
  bool compat = false, json = false, plain = false, ssml = false;
};

text::TextFormat format_of(const PhonesArguments& arguments) {
  if (arguments.ssml) return text::TextFormat::kSsml;
  return arguments.plain || arguments.compat ? text::TextFormat::kPlain : text::TextFormat::kAuto;
}

std::string seconds(double value) {
  std::string text = std::to_string(value);
  return text.substr(0, text.find_last_not_of('0') + 1);
}

/// The whole line as one sentence; what only speech has (pauses, rates) is noted.
text::Utterance analyse(const text::Frontend& frontend, const PhonesArguments& arguments,
                        const text::UserLexicons& lexicons, const std::string& line) {
  text::Sentence sentence;
  std::vector<std::string> notes;
  const auto reader =
      text::make_text_reader(format_of(arguments), frontend, [&](text::Segment segment) {
        if (segment.kind == text::Segment::Kind::kPause)
          notes.push_back("a pause of " + seconds(segment.seconds) + " s");
        if (segment.kind != text::Segment::Kind::kText) return;
        if (segment.rate != 1)
          notes.push_back("at " + seconds(segment.rate) + " times the speed: " + segment.span.text);
        sentence.spans.push_back(std::move(segment.span));
      });
  reader->feed(line);
  reader->finish();
  sentence.spans = text::apply_lexicons(lexicons, std::move(sentence.spans));
  text::Utterance utterance = frontend.analyse(sentence, text::parse_mode(arguments.mode));
  utterance.notes.insert(utterance.notes.end(), reader->notes().begin(), reader->notes().end());
  utterance.notes.insert(utterance.notes.end(), notes.begin(), notes.end());
  return utterance;
}

/// The sentences of a line where it is to be cut, else the line.
std::vector<std::string> pieces_of(const PhonesArguments& arguments, const std::string& line) {
  if (arguments.cut.empty()) return {line};
  const bool english = arguments.mode == "en";
  const auto method = text::parse_cut_method(arguments.cut);
  return method ? text::cut_for_reference(line, *method, english) : text::split_sentences(line);
}

void print(const PhonesArguments& arguments, const text::Frontend& frontend,
           const text::UserLexicons& lexicons, const std::string& line, const char* end) {
  for (const std::string& piece : pieces_of(arguments, line)) {
    const text::Utterance utterance = analyse(frontend, arguments, lexicons, piece);
    std::cout << (arguments.json ? phones_json(utterance).dump() + "\n"
                                 : phones_table(utterance) + end);
  }
}

void run_phones(const PhonesArguments& arguments, int& exit_code) {
  text::FrontendOptions options;
  options.compat = arguments.compat;
  options.symbols = arguments.symbols == "v1" ? text::SymbolSet::kV1 : text::SymbolSet::kV2;
  text::parse_mode(arguments.mode);
  const text::Frontend frontend =
      voice::make_frontend(assets_dir() / "lexicons", options,
                           voice::find_base(voice::find_bases_dir(), voice::BaseKind::kG2pw));
  text::UserLexicons lexicons;
  if (!arguments.compat) lexicons = load_lexicons(frontend, {}, arguments.lexicons);

  if (!arguments.text.empty()) {
    print(arguments, frontend, lexicons, arguments.text, arguments.cut.empty() ? "" : "\n");
    return;
  }
  std::string line;
  for (size_t number = 1; std::getline(std::cin, line); ++number) {
    try {
      print(arguments, frontend, lexicons, line, "\n");
    } catch (const Error& error) {
      if (arguments.json) {
        const Json json = {
            {"text", line},
            {"error", {{"code", error_code_name(error.code())}, {"message", error.what()}}}};
        std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
      } else if (line.find_first_not_of(" \t\r") != std::string::npos) {
        std::cout.flush();
        std::cerr << "line " << number << ": " << error.what() << "\n";
        exit_code = kExitFailure;
      }
    }
    std::cout.flush();
  }
}

}  // namespace

void add_phones_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<PhonesArguments>();
  CLI::App* phones = app.add_subcommand(
      "phones", "Show how a text is read: language runs, normalised words, phones and ids");
  phones->footer(
      "Examples:\n"
      "  myna phones --text \"Read 3-5 days, 2024年5月1日\"\n"
      "  myna phones --text \"银<行|hang2>在 <Myna|M AY1 N AH0> 旁边\"\n"
      "  myna phones --lexicon names.tsv --json < lines.txt\n"
      "\n"
      "A word that is read wrong can be told: pinyin with tones for Mandarin, ARPAbet with stress\n"
      "for English, jyutping inside [lang:yue], Hangul as it sounds for Korean.\n"
      "`myna speak --help` lists all markup; a lexicon holds a word, a tab and its\n"
      "pronunciation on each line.");
  phones->add_option("--text", arguments->text, "One text (default: lines of standard input)")
      ->type_name("TEXT");
  phones
      ->add_option("--mode,--language", arguments->mode,
                   "auto (default), auto_yue, zh, en, ja, ko, yue (each with English), all_zh, "
                   "all_ja, all_ko, all_yue")
      ->type_name("MODE");
  phones->add_option("--symbols", arguments->symbols, "v1 or v2 (default: v2)")
      ->check(CLI::IsMember({"v1", "v2"}));
  CLI::Option* lexicon =
      phones
          ->add_option("--lexicon", arguments->lexicons,
                       "Pronunciations that win over all dictionaries; may be repeated")
          ->type_name("FILE")
          ->allow_extra_args(false);
  CLI::Option* plain =
      phones->add_flag("--plain", arguments->plain, "Markup is text like any other");
  phones->add_flag("--ssml", arguments->ssml, "Each text is SSML (found out by itself)")
      ->excludes(plain);
  phones
      ->add_flag("--compat", arguments->compat,
                 "Read as the published implementation does, faults included; no markup, no "
                 "lexicons")
      ->excludes(lexicon);
  phones
      ->add_option("--cut", arguments->cut,
                   "Show each sentence that a line is cut into: auto (Myna's way) or 0 ... 5 (as "
                   "`myna speak --cut`)")
      ->type_name("METHOD");
  phones->add_flag("--json", arguments->json, "One JSON object per line");
  phones->callback([arguments, &exit_code] { run_phones(*arguments, exit_code); });
}

}  // namespace myna::cli
