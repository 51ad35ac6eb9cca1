// myna-train: the program that prepares data and trains. `myna` starts it as a child process.
#include "cli/train/train_commands.h"

namespace myna::cli {

std::vector<AddTrainCommand>& TrainCommand::all() {
  static std::vector<AddTrainCommand> commands;
  return commands;
}

}  // namespace myna::cli

int main(int argc, char** argv) {
  CLI::App app("Prepares speech data and trains the networks of Myna.", "myna-train");
  int exit_code = myna::cli::kExitOk;
  for (const auto add : myna::cli::TrainCommand::all()) add(app, exit_code);
  return myna::cli::run_program(app, exit_code, argc, argv);
}
