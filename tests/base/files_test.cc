#include "base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/progress.h"
#include "support/temp_dir.h"

namespace myna {
namespace {

using ::testing::HasSubstr;
using testing::TempDir;

template <typename Work>
Error error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::kInternal, "nothing was thrown");
}

bool is_root() { return ::geteuid() == 0; }  // root may write anywhere

TEST(Files, ReadBack) {
  TempDir dir;
  const std::string text("a\0b\nc", 5);
  write_file(dir / "a", std::string_view(text));
  EXPECT_EQ(read_text(dir / "a"), text);
  EXPECT_EQ(read_file(dir / "a"), std::vector<uint8_t>(text.begin(), text.end()));
  std::string pieces;
  read_pieces(dir / "a", [&](auto piece) { pieces.append(piece.begin(), piece.end()); });
  EXPECT_EQ(pieces, text);
  EXPECT_EQ(dir.entries(), 1U);
}

TEST(Files, ErrorsNameTheFile) {
  TempDir dir;
  Error error = error_of([&] { read_file(dir / "none"); });
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
  EXPECT_EQ(error.subject(), (dir / "none").string());
  EXPECT_EQ(error_of([&] { read_file(dir / "none/below"); }).code(), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { read_file(""); }).code(), ErrorCode::kNotFound);
  EXPECT_THAT(error_of([&] { read_file(dir.path()); }).what(), HasSubstr("folder"));
  EXPECT_THAT(error_of([&] { MappedFile m(dir.path()); }).what(), HasSubstr("folder"));
  write_file(dir / "big", std::string_view("0123456789"));
  EXPECT_THAT(error_of([&] { read_file(dir / "big", 9); }).what(), HasSubstr("10 bytes"));
  ASSERT_EQ(::mkfifo((dir / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { read_file(dir / "pipe"); }).code(), ErrorCode::kIo);
}

TEST(AtomicFile, AppearsAtCommitOnly) {
  TempDir dir;
  write_file(dir / "a", std::string_view("old"));
  {
    AtomicFile file(dir / "a");
    file.write(std::string_view("new"));
    EXPECT_EQ(read_text(dir / "a"), "old");
    EXPECT_EQ(dir.entries(), 2U);
  }
  EXPECT_EQ(read_text(dir / "a"), "old");
  EXPECT_EQ(dir.entries(), 1U);
  AtomicFile file(dir / "a");
  file.write(std::string_view("new"));
  file.commit();
  EXPECT_EQ(read_text(dir / "a"), "new");
  EXPECT_EQ(dir.entries(), 1U);
  EXPECT_THROW(file.commit(), Error);
}

TEST(AtomicFile, KeepsLinksAndPermissionsSane) {
  TempDir dir;
  write_file(dir / "real", std::string_view("old"));
  std::filesystem::create_symlink(dir / "real", dir / "link");
  write_file(dir / "link", std::string_view("new"));
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
  EXPECT_EQ(read_text(dir / "real"), "new");
  const mode_t mask = ::umask(027);
  write_file(dir / "masked", std::string_view("x"));
  ::umask(mask);
  struct stat status {};
  ASSERT_EQ(::stat((dir / "masked").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640U);
}

TEST(AtomicFile, RefusesImpossibleTargets) {
  TempDir dir;
  EXPECT_THAT(error_of([&] { AtomicFile f(dir.path()); }).what(), HasSubstr("folder"));
  EXPECT_THAT(error_of([&] { AtomicFile f(dir / "no/a"); }).what(), HasSubstr("does not exist"));
  EXPECT_EQ(error_of([&] { AtomicFile f(""); }).code(), ErrorCode::kIo);
  if (!is_root()) {
    ::chmod(dir.path().c_str(), 0500);
    EXPECT_EQ(error_of([&] { AtomicFile f(dir / "a"); }).code(), ErrorCode::kIo);
    ::chmod(dir.path().c_str(), 0700);
  }
}

TEST(AtomicFile, DevicesAreWrittenDirectly) {
  AtomicFile file("/dev/null");
  EXPECT_TRUE(file.direct());
  file.write(std::string_view("gone"));
  EXPECT_NO_THROW(file.commit());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  // A disk without room: the error comes from writing and nothing is left behind.
  AtomicFile full("/dev/full");
  EXPECT_THAT(error_of([&] { full.write(std::string_view("x")); }).what(), HasSubstr("space"));
}

TEST(AtomicFile, InterruptionLeavesNothing) {
  TempDir dir;
  const pid_t child = ::fork();
  if (child == 0) {
    CancelToken token;
    InterruptGuard guard(token);
    AtomicFile file((dir / "a").string());
    file.write(std::string_view("half"));
    ::raise(SIGINT);
    if (!token.cancelled()) ::_exit(1);  // the first one asks
    ::raise(SIGINT);                     // the second one ends
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_EQ(dir.entries(), 0U);
}

TEST(AtomicFile, ManyAtOnce) {
  TempDir dir;
  {
    std::vector<std::unique_ptr<AtomicFile>> files;
    for (int i = 0; i < 100; ++i) {  // more than the registry holds
      files.push_back(std::make_unique<AtomicFile>(dir / ("f" + std::to_string(i))));
    }
    for (int i = 0; i < 50; ++i) files[i]->commit();
  }
  EXPECT_EQ(dir.entries(), 50U);
}

TEST(MappedFile, MapsMovesAndHandlesEmpty) {
  TempDir dir;
  write_file(dir / "a", std::string_view("hello"));
  write_file(dir / "empty", std::string_view(""));
  MappedFile a(dir / "a");
  EXPECT_EQ(std::string(a.bytes().begin(), a.bytes().end()), "hello");
  MappedFile b = std::move(a);
  EXPECT_EQ(a.size(), 0U);
  EXPECT_EQ(b.size(), 5U);
  b.drop_pages();
  EXPECT_EQ(std::string(b.bytes().begin(), b.bytes().end()), "hello");
  b = MappedFile(dir / "empty");
  EXPECT_EQ(b.size(), 0U);
  b.drop_pages();
  EXPECT_EQ(error_of([&] { MappedFile m(dir / "none"); }).code(), ErrorCode::kNotFound);
}

TEST(Directory, CreatedAndProven) {
  TempDir dir;
  ensure_writable_directory(dir / "a/b/c");
  ensure_writable_directory(dir / "a/b/c");
  EXPECT_TRUE(std::filesystem::is_empty(dir / "a/b/c"));
  write_file(dir / "file", std::string_view("x"));
  EXPECT_EQ(error_of([&] { ensure_writable_directory(dir / "file"); }).code(), ErrorCode::kIo);
  EXPECT_EQ(error_of([&] { ensure_writable_directory(dir / "file/x"); }).code(), ErrorCode::kIo);
  EXPECT_EQ(error_of([] { ensure_writable_directory("/proc/none"); }).code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace myna
