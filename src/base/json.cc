#include "base/json.h"

#include "base/files.h"

namespace myna {

Json parse_json(std::string_view text, const std::string& subject, ErrorCode code) {
  constexpr int kMaxDepth = 200;  // nlohmann destroys values recursively
  bool too_deep = false;
  const auto guard = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxDepth) too_deep = true;
    return !too_deep;
  };
  try {
    Json json = Json::parse(text, guard);
    if (too_deep) {
      throw Error(code, "the JSON is nested deeper than 200 levels; it is damaged", subject);
    }
    return json;
  } catch (const Json::parse_error& error) {
    throw Error(code,
                "not valid JSON at byte " + std::to_string(error.byte) +
                    "; the file is damaged or of another kind",
                subject);
  }
}

Json read_json(const std::filesystem::path& path, ErrorCode code) {
  constexpr uint64_t kMaxBytes = uint64_t{64} << 20;
  return parse_json(read_text(path, kMaxBytes), path.string(), code);
}

namespace detail {

void throw_missing_key(const std::string& key, const std::string& subject, ErrorCode code) {
  throw Error(code, "the key \"" + key + "\" is missing", subject);
}

void throw_wrong_type(const Json& value, const std::string& key, const std::string& wanted,
                      const std::string& subject, ErrorCode code) {
  std::string found = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (found.size() > 60) found.replace(57, std::string::npos, "...");
  throw Error(code, "the key \"" + key + "\" must be " + wanted + ", found " + found, subject);
}

}  // namespace detail
}  // namespace myna
