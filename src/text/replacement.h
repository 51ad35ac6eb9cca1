// Replacement texts of rules that are written as patterns.
#pragma once

#include <string>

#include "text/regex.h"

namespace myna::text {

/// `replacement` with every $n, n one digit, put as group n of the match.
std::u16string expand(const std::u16string& replacement, const Match& match);

}  // namespace myna::text
