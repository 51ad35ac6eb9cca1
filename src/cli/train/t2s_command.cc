// myna-train t2s
#include "cli/train/run_arguments.h"
#include "cli/train/train_commands.h"
#include "training/t2s_trainer.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("t2s", "Train the decoder from phones to semantic codes");
  const auto arguments = add_train_arguments(*command);
  command->callback([arguments, &exit_code] {
    const Json recipe = read_json(arguments->config, ErrorCode::kUsage);
    const bool finished = training::train_t2s(arguments->data, recipe, run_options(*arguments));
    exit_code = finished ? kExitOk : kExitInterrupted;
  });
});

}  // namespace
}  // namespace myna::cli
