#include "models/config_size.h"

#include "base/error.h"

namespace myna::models {

void read_size(const Json& json, const char* key, int64_t& value, int64_t low, int64_t high,
               const std::string& subject) {
  value = value_or<int64_t>(json, key, value, subject);
  if (value < low || value > high)
    throw Error(ErrorCode::kInvalidModel,
                std::string("'") + key + "' must be between " + std::to_string(low) + " and " +
                    std::to_string(high),
                subject);
}

}  // namespace myna::models
