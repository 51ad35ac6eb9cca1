// What both programs share: how a run ends. Errors become one sentence on stderr and an exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/progress.h"

namespace myna::cli {

/// Exit codes of the programs.
inline constexpr int kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitInterrupted = 130;

/// Cancelled by the first Ctrl-C (SIGINT, SIGTERM) from the start of run_program on.
const CancelToken& interrupt_token();

/// Parses the arguments, which runs the command asked for, and returns the program's exit code:
/// `exit_code`, which the command may set, or that of the error it threw.
int run_program(CLI::App& app, const int& exit_code, int argc, char** argv);

}  // namespace myna::cli
