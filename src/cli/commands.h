// The commands of ./myna. Each add_* function declares one subcommand and what it runs; a command
// sets the exit code and throws myna::Error for everything that goes wrong.
#pragma once

#include <CLI/CLI.hpp>

#include "base/progress.h"

namespace myna::cli {

void add_speak_command(CLI::App& app, int& exit_code);
void add_demo_command(CLI::App& app, int& exit_code);
void add_phones_command(CLI::App& app, int& exit_code);
void add_evaluate_command(CLI::App& app, int& exit_code);
void add_bench_command(CLI::App& app, int& exit_code);

/// Cancelled by the first Ctrl-C (SIGINT, SIGTERM) from the start of the program on.
const CancelToken& interrupt_token();

/// Exit codes of the program.
inline constexpr int kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitInterrupted = 130;

}  // namespace myna::cli
