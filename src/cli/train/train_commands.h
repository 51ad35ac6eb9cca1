// The commands of myna-train. Each *_command.cc file registers itself; main.cc runs what was asked.
#pragma once

#include <vector>

#include "base/json.h"
#include "cli/program.h"

namespace myna::cli {

/// Declares one subcommand; its callback does the work, sets the exit code, throws myna::Error.
using AddTrainCommand = void (*)(CLI::App& app, int& exit_code);

/// A file-scope object of this type makes its command known to main().
struct TrainCommand {
  explicit TrainCommand(AddTrainCommand add) { all().push_back(add); }
  static std::vector<AddTrainCommand>& all();
};

}  // namespace myna::cli
