// myna-train letters
#include "cli/train/run_arguments.h"
#include "cli/train/train_commands.h"
#include "training/letter_trainer.h"

namespace myna::cli {
namespace {

const TrainCommand kCommand([](CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "letters", "Train letter-to-sound (--data: the dictionary, assets/lexicons/en_words.lex)");
  const auto arguments = add_train_arguments(*command);
  command->callback([arguments, &exit_code] {
    const Json recipe = read_json(arguments->config, ErrorCode::kUsage);
    const bool finished = training::train_letters(arguments->data, recipe, run_options(*arguments));
    exit_code = finished ? 0 : 130;
  });
});

}  // namespace
}  // namespace myna::cli
