#include "base/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

extern char** environ;

namespace myna {
namespace {

constexpr size_t kKeptErrorBytes = 400;

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Reads to the end and closes; only the last bytes are kept.
std::string drain(int fd) {
  std::string text;
  char buffer[1024];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<size_t>(got));
    if (text.size() > kKeptErrorBytes) text.erase(0, text.size() - kKeptErrorBytes);
  }
  close(fd);
  return text;
}

}  // namespace

void run_program(const std::vector<std::string>& arguments, const std::string& package_hint) {
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  int errors[2];
  if (pipe2(errors, O_CLOEXEC) != 0) {
    throw Error(ErrorCode::kIo, std::string("no pipe: ") + std::strerror(errno), arguments[0]);
  }
  SpawnActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), errors[1], STDERR_FILENO);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, argv[0], actions.get(), nullptr, argv.data(), environ);
  close(errors[1]);
  const std::string messages = drain(errors[0]);
  if (failure != 0) {
    throw Error(failure == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                std::string("cannot be started (") + std::strerror(failure) + "); " + package_hint,
                arguments[0]);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error(ErrorCode::kIo, std::strerror(errno), arguments[0]);
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    const std::string how = WIFEXITED(status)
                                ? "ended with status " + std::to_string(WEXITSTATUS(status))
                                : "was ended by signal " + std::to_string(WTERMSIG(status));
    throw Error(ErrorCode::kIo, how + ": " + messages, arguments[0]);
  }
}

}  // namespace myna
