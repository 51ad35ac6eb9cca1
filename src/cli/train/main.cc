// myna-train: the program that prepares data and trains. `myna` starts it as a child process.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.h"
#include "cli/train/train_commands.h"

namespace myna::cli {

std::vector<AddTrainCommand>& TrainCommand::all() {
  static std::vector<AddTrainCommand> commands;
  return commands;
}

const CancelToken& interrupt_token() {
  static const CancelToken token;
  return token;
}

}  // namespace myna::cli

namespace {

int exit_code_of(const myna::Error& error) {
  switch (error.code()) {
    case myna::ErrorCode::kUsage:
      return 2;
    case myna::ErrorCode::kCancelled:
      return 130;
    default:
      return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const myna::InterruptGuard guard(myna::cli::interrupt_token());
  CLI::App app("Prepares speech data and trains the networks of Myna.", "myna-train");
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  int exit_code = 0;
  for (const auto add : myna::cli::TrainCommand::all()) add(app, exit_code);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << "myna-train: " << error.what() << " Run `myna-train --help`.\n";
    return 2;
  } catch (const myna::Error& error) {
    std::cerr << "myna-train: " << error.what() << "\n";
    return exit_code_of(error);
  } catch (const std::exception& error) {
    std::cerr << "myna-train: unexpected failure: " << error.what() << "\n";
    return 1;
  }
}
