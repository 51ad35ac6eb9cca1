// Reading of sizes from a model file's configuration.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"

namespace myna::models {

/// Sets `value` to json[key] where there is one. Throws Error(kInvalidModel) naming `subject` and
/// the key when it is not between `low` and `high`.
void read_size(const Json& json, const char* key, int64_t& value, int64_t low, int64_t high,
               const std::string& subject);

}  // namespace myna::models
