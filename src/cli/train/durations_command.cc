// myna-train durations
#include "cli/train/run_arguments.h"
#include "cli/train/train_commands.h"
#include "training/duration_trainer.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("durations", "Train the duration predictor (how long each phone lasts)");
  const auto arguments = add_train_arguments(*command);
  command->callback([arguments, &exit_code] {
    const Json recipe = read_json(arguments->config, ErrorCode::kUsage);
    const bool finished =
        training::train_durations(arguments->data, recipe, run_options(*arguments));
    exit_code = finished ? kExitOk : kExitInterrupted;
  });
});

}  // namespace
}  // namespace myna::cli
