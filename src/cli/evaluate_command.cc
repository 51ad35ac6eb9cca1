// myna evaluate: how well the base speaks, measured against real recordings.
#include <iostream>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/paths.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "evaluation/evaluate.h"

namespace myna::cli {
namespace {

struct EvaluateArguments {
  std::string corpus, holdout, json;
  evaluation::EvaluationOptions options;
  std::string keep;
  bool no_self_check = false;
  bool no_recogniser = false;
};

evaluation::TestSet test_set_of(const EvaluateArguments& arguments) {
  if (arguments.corpus.empty()) {
    if (!arguments.holdout.empty()) {
      throw Error(ErrorCode::kUsage, "needs --corpus, the folder it speaks of.", "--holdout");
    }
    return evaluation::bundled_test_set();
  }
  const std::filesystem::path holdout = arguments.holdout.empty()
                                            ? assets_dir() / "starter" / "holdout.json"
                                            : std::filesystem::path(arguments.holdout);
  return evaluation::corpus_test_set(arguments.corpus, holdout);
}

void run_evaluate(EvaluateArguments& arguments) {
  arguments.options.self_check = !arguments.no_self_check;
  arguments.options.recogniser = !arguments.no_recogniser;
  arguments.options.keep_audio = arguments.keep;
  const evaluation::TestSet set = test_set_of(arguments);
  const auto engine = voice::Engine::load_starter();
  ProgressLine progress;
  const evaluation::EvaluationReport report =
      evaluation::evaluate(engine, set, assets_dir() / "starter" / "verifier.safetensors",
                           arguments.options, interrupt_token(), progress.callback());
  if (!arguments.json.empty()) {
    write_file(arguments.json, evaluation::report_json(report).dump(2) + "\n");
  }
  std::cout << evaluation::report_table(report);
}

}  // namespace

void add_evaluate_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* evaluate = app.add_subcommand(
      "evaluate", "Measure phone and word errors, speaker similarity, pitch, silence and speed");
  evaluate->footer(
      "With --corpus, held-out people of a recorded corpus are cloned and compared with their own\n"
      "recordings; the folder has an index.tsv (file, set, speaker, language, gender, age, text,\n"
      "phones). Without it the two bundled sample voices are measured.");
  evaluate->add_option("--corpus", arguments->corpus, "Folder of recorded speech")
      ->type_name("DIR");
  evaluate
      ->add_option("--holdout", arguments->holdout,
                   "List of held-out people (default: that of the starter base)")
      ->type_name("FILE");
  evaluate
      ->add_option("--sentences", arguments->options.sentences_per_voice,
                   "Sentences per voice (default: 2)")
      ->check(CLI::Range(1, 20));
  evaluate->add_option("--seed", arguments->options.seed, "Default: 1");
  evaluate->add_flag("--no-self-check", arguments->no_self_check,
                     "Measure the first attempt of every sentence");
  evaluate->add_flag("--no-recogniser", arguments->no_recogniser,
                     "Leave out the word errors by pocketsphinx, which take longest");
  evaluate->add_option("--keep", arguments->keep, "Keep the spoken clips here")->type_name("DIR");
  evaluate->add_option("--json", arguments->json, "Write the figures as JSON")->type_name("FILE");
  evaluate->callback([arguments] { run_evaluate(*arguments); });
}

}  // namespace myna::cli
