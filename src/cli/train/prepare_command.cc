// myna-train prepare: recordings and a recipe -> a dataset folder.
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "base/paths.h"
#include "base/progress.h"
#include "cli/train/train_commands.h"
#include "training/prepare.h"

namespace {

constexpr int kNiceness = 10;

void show(const myna::Progress& progress) {
  std::fprintf(stderr, "%.*s %lld/%lld %.*s\n", int(progress.stage.size()), progress.stage.data(),
               static_cast<long long>(progress.done), static_cast<long long>(progress.total),
               int(progress.detail.size()), progress.detail.data());
}

void run(myna::training::PrepareOptions options) {
  // Preparation is a batch job; whoever uses the machine comes first.
  if (nice(kNiceness) == -1) std::fprintf(stderr, "myna-train: runs at normal priority\n");
  if (options.lexicons.empty()) options.lexicons = myna::assets_dir() / "lexicons";
  const bool made = myna::training::prepare(options, show, myna::cli::interrupt_token());
  if (!made) std::fprintf(stderr, "%s is up to date\n", options.out.c_str());
  const myna::training::Dataset dataset(options.out);
  std::printf("%sdigest %s\n", to_text(myna::training::summarise(dataset)).c_str(),
              dataset.digest().c_str());
}

const myna::cli::TrainCommand kCommand([](CLI::App& app, int&) {
  auto options = std::make_shared<myna::training::PrepareOptions>();
  CLI::App* command =
      app.add_subcommand("prepare", "Make a dataset of recordings and synthetic speech");
  command->add_option("--corpus", options->corpus, "Folder with index.tsv and the recordings")
      ->required();
  command->add_option("--recipe", options->recipe, "Recipe, e.g. recipes/starter/data.json")
      ->required();
  command->add_option("--out", options->out, "Dataset folder to make")->required();
  command->add_option("--lexicons", options->lexicons, "Folder of the text front end's lexicons");
  command->add_option("--threads", options->threads, "Worker threads")->check(CLI::Range(1, 64));
  command->add_flag("--again", options->again, "Make it although nothing changed");
  command->callback([options] { run(*options); });
});

}  // namespace
