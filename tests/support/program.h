// Running the program as a user does. MYNA_PROGRAM is its file.
#pragma once

#include <string>
#include <vector>

#include "support/shell.h"

namespace myna::testing {

/// Runs the program with `arguments` and `input_file` as its standard input.
inline ProgramResult run(const std::vector<std::string>& arguments,
                         const std::string& input_file = "/dev/null") {
  std::string command = shell_quoted(MYNA_PROGRAM);
  for (const std::string& argument : arguments) command += " " + shell_quoted(argument);
  return run_line(command + " < " + shell_quoted(input_file) + " 2>&1");
}

}  // namespace myna::testing
