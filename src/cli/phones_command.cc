// myna phones: shows how a text is read, one JSON object or table per line of input.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "base/paths.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "text/frontend.h"

namespace myna::cli {
namespace {

struct PhonesArguments {
  std::string text;
  std::string mode = "auto";
  std::string symbols = "v2";
  bool compat = false;
  bool json = false;
};

Json utterance_json(const text::Utterance& utterance) {
  Json runs = Json::array();
  for (const auto& run : utterance.runs) {
    runs.push_back({{"language", text::language_code(run.language)},
                    {"text", run.text},
                    {"normalized", run.normalized},
                    {"first_phone", run.first_phone},
                    {"phone_count", run.phone_count}});
  }
  return {{"text", utterance.text},       {"normalized", utterance.normalized},
          {"phones", utterance.phones},   {"ids", utterance.ids},
          {"word2ph", utterance.word2ph}, {"runs", runs}};
}

void print_table(const text::Utterance& utterance) {
  std::cout << utterance.normalized << "\n";
  for (const text::Word& word : utterance.words) {
    std::string phones, ids;
    for (size_t i = word.first_phone; i < word.first_phone + word.phone_count; ++i) {
      phones += utterance.phones[i] + " ";
      ids += std::to_string(utterance.ids[i]) + " ";
    }
    std::cout << fmt::format("  {}  {}  {}  {}\n", padded(word.text, 16),
                             text::language_code(word.language), padded(phones, 32), ids);
  }
  for (const std::string& note : utterance.notes) std::cout << "  note: " << note << "\n";
}

void run_phones(const PhonesArguments& arguments) {
  text::FrontendOptions options;
  options.compat = arguments.compat;
  options.symbols = arguments.symbols == "v1" ? text::SymbolSet::kV1 : text::SymbolSet::kV2;
  const text::Mode mode = text::parse_mode(arguments.mode);
  const text::Frontend frontend(assets_dir() / "lexicons", options);

  const auto show = [&](const std::string& line) {
    if (!arguments.json) {
      print_table(frontend.analyse(line, mode));
      return;
    }
    Json json;
    try {
      json = utterance_json(frontend.analyse(line, mode));
    } catch (const Error& error) {
      json = {{"text", line},
              {"error", {{"code", error_code_name(error.code())}, {"message", error.what()}}}};
    }
    std::cout << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  };
  if (!arguments.text.empty()) {
    show(arguments.text);
    return;
  }
  std::string line;
  while (std::getline(std::cin, line)) show(line);
}

}  // namespace

void add_phones_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<PhonesArguments>();
  CLI::App* phones = app.add_subcommand(
      "phones", "Show how a text is read: language runs, normalised words, phones and ids");
  phones->add_option("--text", arguments->text, "One text (default: lines of standard input)");
  phones->add_option("--mode", arguments->mode, "auto, zh, en, all_zh, ... (default: auto)");
  phones->add_option("--symbols", arguments->symbols, "v1 or v2 (default: v2)")
      ->check(CLI::IsMember({"v1", "v2"}));
  phones->add_flag("--compat", arguments->compat,
                   "Read as the published implementation does, faults included");
  phones->add_flag("--json", arguments->json, "One JSON object per line");
  phones->callback([arguments] { run_phones(*arguments); });
}

}  // namespace myna::cli
