#include "base/paths.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"

namespace myna {
namespace {

namespace fs = std::filesystem;

bool has_assets(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "starter", ignored) ||
         fs::is_directory(folder / "lexicons", ignored);
}

const char* environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

fs::path user_dir(const char* variable, const char* below_home) {
  // The XDG base directory rules: a relative value is to be ignored.
  if (const char* value = environment(variable); value != nullptr && *value == '/') {
    return fs::path(value) / "myna";
  }
  if (const char* home = environment("HOME")) return fs::path(home) / below_home / "myna";
  throw Error(ErrorCode::kNotFound, "neither this variable nor HOME is set; set one of them",
              variable);
}

}  // namespace

fs::path executable_path() {
  std::error_code failure;
  fs::path path = fs::read_symlink("/proc/self/exe", failure);
  if (failure) {
    throw Error(ErrorCode::kNotFound, "the program cannot find its own file: " + failure.message(),
                "/proc/self/exe");
  }
  return path;
}

fs::path assets_dir_of(const fs::path& executable) {
  const fs::path bin = executable.parent_path();
  std::vector<fs::path> places = {bin.parent_path() / "share" / "myna"};
  for (fs::path parent = bin;; parent = parent.parent_path()) {
    places.push_back(parent / "assets");
    if (parent == parent.parent_path()) break;
  }
  for (const fs::path& place : places) {
    if (has_assets(place)) return place;
  }
  throw Error(ErrorCode::kNotFound,
              "the assets folder (with starter/ and lexicons/) is neither in " +
                  places.front().string() + " nor in any folder above " + bin.string() +
                  "; set MYNA_ASSETS to it",
              "assets");
}

fs::path assets_dir() {
  if (const char* value = environment("MYNA_ASSETS")) {
    if (!has_assets(value)) {
      throw Error(ErrorCode::kNotFound,
                  "MYNA_ASSETS names a folder without starter/ or lexicons/ in it; correct or "
                  "unset it",
                  value);
    }
    return value;
  }
  return assets_dir_of(executable_path());
}

fs::path cache_dir() { return user_dir("XDG_CACHE_HOME", ".cache"); }

fs::path data_dir() { return user_dir("XDG_DATA_HOME", ".local/share"); }

fs::path voices_dir() { return data_dir() / "voices"; }

}  // namespace myna
