// myna-train sovits
#include "cli/train/run_arguments.h"
#include "cli/train/train_commands.h"
#include "training/sovits_trainer.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("sovits", "Train SoVITS (codes and a style to speech)");
  const auto arguments = add_train_arguments(*command);
  const auto codebook = std::make_shared<std::filesystem::path>();
  command->add_option("--codebook", *codebook, "Codebook file that `myna-train tokenise` wrote")
      ->required();
  const auto base = std::make_shared<std::filesystem::path>();
  command->add_option("--start-from", *base,
                      "Folder of an earlier run: a new run starts from its weights");
  command->callback([arguments, codebook, base, &exit_code] {
    const Json recipe = read_json(arguments->config, ErrorCode::kUsage);
    const bool finished =
        training::train_sovits(arguments->data, *codebook, recipe, run_options(*arguments), *base);
    exit_code = finished ? 0 : 130;
  });
});

}  // namespace
}  // namespace myna::cli
