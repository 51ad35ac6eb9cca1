// JSON by nlohmann, with reading helpers whose errors name the file and the key.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace myna {

using Json = nlohmann::json;

/// Parses text; throws Error(`code`) with the byte position and `subject`. Nesting deeper than
/// 200 levels is refused.
Json parse_json(std::string_view text, const std::string& subject,
                ErrorCode code = ErrorCode::kInvalidModel);

/// Reads and parses a file of at most 64 MiB.
Json read_json(const std::filesystem::path& path, ErrorCode code = ErrorCode::kInvalidModel);

/// The value of `key` as T. Throws Error(`code`) with `subject` and the key when it is missing or
/// of another type (numbers out of T's range included).
template <typename T>
T require(const Json& json, const std::string& key, const std::string& subject,
          ErrorCode code = ErrorCode::kInvalidModel);

/// As require, but a missing key gives `fallback`; a key of the wrong type still throws.
template <typename T>
T value_or(const Json& json, const std::string& key, const T& fallback, const std::string& subject,
           ErrorCode code = ErrorCode::kInvalidModel);

// ---- implementation ----

namespace detail {
[[noreturn]] void throw_missing_key(const std::string& key, const std::string& subject,
                                    ErrorCode code);
[[noreturn]] void throw_wrong_type(const Json& value, const std::string& key,
                                   const std::string& wanted, const std::string& subject,
                                   ErrorCode code);

template <typename T>
bool holds(const Json& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value.is_boolean();
  } else if constexpr (std::is_integral_v<T>) {
    if (value.is_number_unsigned()) return std::in_range<T>(value.get<uint64_t>());
    return value.is_number_integer() && std::in_range<T>(value.get<int64_t>());
  } else if constexpr (std::is_floating_point_v<T>) {
    return value.is_number();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value.is_string();
  } else {
    return true;  // containers: the conversion itself is checked
  }
}

template <typename T>
const char* wanted_name() {
  if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_integral_v<T>)
    return "a whole number in range";
  else if constexpr (std::is_floating_point_v<T>)
    return "a number";
  else if constexpr (std::is_same_v<T, std::string>)
    return "a string";
  else
    return "a value of another type";
}

template <typename T>
T convert(const Json& value, const std::string& key, const std::string& subject, ErrorCode code) {
  if (!holds<T>(value)) throw_wrong_type(value, key, wanted_name<T>(), subject, code);
  try {
    return value.get<T>();
  } catch (const Json::exception&) {
    throw_wrong_type(value, key, wanted_name<T>(), subject, code);
  }
}
}  // namespace detail

template <typename T>
T require(const Json& json, const std::string& key, const std::string& subject, ErrorCode code) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (!json.is_object() || found == json.end()) detail::throw_missing_key(key, subject, code);
  return detail::convert<T>(*found, key, subject, code);
}

template <typename T>
T value_or(const Json& json, const std::string& key, const T& fallback, const std::string& subject,
           ErrorCode code) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (!json.is_object() || found == json.end()) return fallback;
  return detail::convert<T>(*found, key, subject, code);
}

}  // namespace myna
