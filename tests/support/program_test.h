// A test of the program: the repository's assets, and a folder of its own for files and user data.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "support/program.h"
#include "support/temp_dir.h"

namespace myna::testing {

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("MYNA_ASSETS", MYNA_SOURCE_DIR "/assets", 1);
    setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
  }
  /// Path of `name` in the folder.
  std::string out(const std::string& name) const { return (folder_ / name).string(); }
  /// Writes a file of the folder and returns its path.
  std::string file(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
    return out(name);
  }
  TempDir folder_;
};

}  // namespace myna::testing
