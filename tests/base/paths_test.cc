#include "base/paths.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "support/temp_dir.h"

namespace myna {
namespace {

namespace fs = std::filesystem;

/// Sets or unsets an environment variable for a scope.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Environment() { set(old_ ? old_->c_str() : nullptr); }

 private:
  void set(const char* value) {
    if (value != nullptr)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }
  const char* name_;
  std::optional<std::string> old_;
};

TEST(Assets, FoundBesideOrAboveTheProgram) {
  testing::TempDir dir;
  fs::create_directories(dir / "build/src/cli");
  fs::create_directories(dir / "assets/starter");
  EXPECT_EQ(assets_dir_of(dir / "build/src/cli/myna"), dir / "assets");
  fs::create_directories(dir / "prefix/bin");
  fs::create_directories(dir / "prefix/share/myna/lexicons");
  EXPECT_EQ(assets_dir_of(dir / "prefix/bin/myna"), dir / "prefix/share/myna");
  // A folder that is merely called assets does not count.
  fs::create_directories(dir / "build/assets");
  EXPECT_EQ(assets_dir_of(dir / "build/src/cli/myna"), dir / "assets");
}

TEST(Assets, MissingIsAnErrorThatSaysWhatToSet) {
  testing::TempDir dir;
  try {
    assets_dir_of(dir / "bin/myna");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(std::string(error.what()).find("MYNA_ASSETS"), std::string::npos);
  }
}

TEST(Assets, VariableWinsAndIsChecked) {
  testing::TempDir dir;
  fs::create_directories(dir / "lexicons");
  {
    Environment variable("MYNA_ASSETS", dir.path().c_str());
    EXPECT_EQ(assets_dir(), dir.path());
  }
  Environment variable("MYNA_ASSETS", (dir / "lexicons").c_str());
  EXPECT_THROW(assets_dir(), Error);
}

TEST(UserFolders, FollowXdg) {
  Environment home("HOME", "/home/someone");
  {
    Environment data("XDG_DATA_HOME", nullptr), cache("XDG_CACHE_HOME", nullptr);
    EXPECT_EQ(voices_dir(), "/home/someone/.local/share/myna/voices");
    EXPECT_EQ(cache_dir(), "/home/someone/.cache/myna");
  }
  {
    Environment data("XDG_DATA_HOME", "/data"), cache("XDG_CACHE_HOME", "/cache");
    EXPECT_EQ(voices_dir(), "/data/myna/voices");
    EXPECT_EQ(cache_dir(), "/cache/myna");
  }
  Environment relative("XDG_DATA_HOME", "relative");
  EXPECT_EQ(data_dir(), "/home/someone/.local/share/myna");
  Environment nowhere("HOME", nullptr);
  EXPECT_THROW(data_dir(), Error);
}

TEST(Executable, IsThisTest) { EXPECT_EQ(executable_path().filename(), "myna_base_tests"); }

}  // namespace
}  // namespace myna
