// myna bench: speed and memory, beside the floor of this machine.
#include <iostream>
#include <memory>
#include <string>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "evaluation/benchmark.h"

namespace myna::cli {
namespace {

struct BenchArguments {
  evaluation::BenchOptions options;
  bool only_official = false, only_starter = false;
  std::string json;
};

void run_bench(BenchArguments& arguments) {
  arguments.options.official = !arguments.only_starter;
  arguments.options.starter = !arguments.only_official;
  ProgressLine progress;
  const evaluation::BenchReport report =
      evaluation::run_benchmark(arguments.options, interrupt_token(), progress.callback());
  if (!arguments.json.empty()) {
    write_file(arguments.json, evaluation::benchmark_json(report).dump(2) + "\n");
  }
  std::cout << evaluation::benchmark_table(report);
}

}  // namespace

void add_bench_command(CLI::App& app, int&) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* bench =
      app.add_subcommand("bench", "Measure speed and memory beside this machine's floor");
  CLI::Option* official =
      bench->add_flag("--official", arguments->only_official,
                      "Only the official v2 size: its networks and the whole job, with "
                      "weights from a seed (needs 1 GB for temporary files)");
  bench->add_flag("--starter", arguments->only_starter, "Only the starter base")
      ->excludes(official);
  bench->add_option("--repetitions", arguments->options.repetitions, "Default: 3")
      ->check(CLI::Range(1, 19));
  bench->add_option("--threads", arguments->options.threads, "Default: one per core")
      ->check(CLI::Range(0, 256));
  bench->add_option("--json", arguments->json, "Write the figures as JSON")->type_name("FILE");
  bench->callback([arguments] { run_bench(*arguments); });
}

}  // namespace myna::cli
