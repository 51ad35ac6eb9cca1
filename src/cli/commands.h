// The commands of ./myna. Each add_* function declares one subcommand and what it runs; a command
// sets the exit code and throws myna::Error for everything that goes wrong.
#pragma once

#include "cli/program.h"

namespace myna::cli {

void add_speak_command(CLI::App& app, int& exit_code);
void add_demo_command(CLI::App& app, int& exit_code);
void add_phones_command(CLI::App& app, int& exit_code);
void add_evaluate_command(CLI::App& app, int& exit_code);
void add_bench_command(CLI::App& app, int& exit_code);
void add_inspect_command(CLI::App& app, int& exit_code);
void add_import_command(CLI::App& app, int& exit_code);
void add_export_command(CLI::App& app, int& exit_code);

}  // namespace myna::cli
