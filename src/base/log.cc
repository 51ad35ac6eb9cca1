#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace myna {

spdlog::logger& log() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("myna", sink);
    made->set_pattern("%H:%M:%S.%e %^%l%$ %v");
    made->set_level(spdlog::level::warn);
    if (const char* wanted = std::getenv("MYNA_LOG"); wanted != nullptr && *wanted != '\0') {
      const auto level = spdlog::level::from_str(wanted);
      // from_str answers "off" for words that it does not know.
      if (level == spdlog::level::off && std::string(wanted) != "off") {
        made->warn("MYNA_LOG={} is no level; use trace, debug, info, warn, error or off", wanted);
      } else {
        made->set_level(level);
      }
    }
    return made;
  }();
  return *logger;
}

}  // namespace myna
