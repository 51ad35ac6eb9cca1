// Runs another program to its end: the speech synthesisers that read the training texts.
#pragma once

#include <string>
#include <vector>

namespace myna {

/// `arguments[0]` is looked up in PATH; no shell is involved. Standard input is empty, standard
/// output is dropped. Throws Error(kNotFound) with `package_hint` when the program does not exist,
/// Error(kIo) with the end of its standard error when it fails. May be called from many threads.
void run_program(const std::vector<std::string>& arguments, const std::string& package_hint);

}  // namespace myna
