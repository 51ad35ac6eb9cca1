// The program's log: spdlog on stderr. The level is "warn" unless the environment variable MYNA_LOG
// says otherwise (trace, debug, info, warn, error, off). Use: log().info("loaded {}", name).
#pragma once

#include <spdlog/spdlog.h>

namespace myna {

/// Thread-safe; created at the first call.
spdlog::logger& log();

}  // namespace myna
