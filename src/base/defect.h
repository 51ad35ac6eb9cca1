// Broken invariants: what a caller inside this program did wrong.
#pragma once

#include <string>

#include "base/error.h"

namespace myna {

/// Throws Error(kInternal); `operation` names the function, `what` its broken contract.
[[noreturn]] inline void defect(const char* operation, const std::string& what) {
  throw Error(ErrorCode::kInternal, what, operation);
}

}  // namespace myna
