#include "evaluation/recogniser.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "audio/io.h"
#include "audio/resample.h"
#include "base/error.h"
#include "base/files.h"

extern char** environ;

namespace myna::evaluation {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/usr/bin/pocketsphinx_batch";
constexpr const char* kModel = "/usr/share/pocketsphinx/model/en-us";
constexpr int kRate = 16000;

/// A folder that goes when the object goes.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "myna-recogniser-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorCode::kIo, "cannot be created; check TMPDIR.", pattern);
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Runs a program to its end with its output in `log`; returns the exit status.
int run(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw Error(ErrorCode::kIo, "cannot be started.", command[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Lines "words ... (name score)" -> name -> words.
std::map<std::string, std::string> parse_hypotheses(const std::string& text) {
  std::map<std::string, std::string> result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t open = line.rfind('(');
    if (open == std::string::npos) continue;
    const size_t blank = line.find(' ', open);
    const std::string name = line.substr(open + 1, blank - open - 1);
    result[name] = line.substr(0, open);
  }
  return result;
}

}  // namespace

bool Recogniser::available() {
  return fs::exists(kProgram) && fs::exists(fs::path(kModel) / "en-us.lm.bin");
}

std::vector<std::string> Recogniser::transcribe(const std::vector<audio::Clip>& clips) const {
  if (!available()) {
    throw Error(ErrorCode::kUnsupported,
                "is not installed; install the packages pocketsphinx and pocketsphinx-en-us.",
                "pocketsphinx");
  }
  if (clips.empty()) return {};
  const TemporaryFolder folder;
  std::string control;
  for (size_t i = 0; i < clips.size(); ++i) {
    const std::string name = "clip" + std::to_string(i);
    audio::write_clip(folder.path() / (name + ".wav"), audio::to_mono(clips[i], kRate));
    control += name + "\n";
  }
  write_file(folder.path() / "control", control);
  const fs::path model = kModel, log = folder.path() / "log", output = folder.path() / "output";
  const int status = run({kProgram, "-adcin", "yes", "-adchdr", "44", "-cepdir", folder.path(),
                          "-cepext", ".wav", "-ctl", folder.path() / "control", "-hyp", output,
                          "-hmm", model / "en-us", "-lm", model / "en-us.lm.bin", "-dict",
                          model / "cmudict-en-us.dict", "-samprate", std::to_string(kRate)},
                         log);
  if (status != 0 || !fs::exists(output)) {
    const std::string tail = read_text(log);
    throw Error(ErrorCode::kIo, "failed: " + tail.substr(tail.size() - std::min<size_t>(400, tail.size())),
                "pocketsphinx");
  }
  const auto hypotheses = parse_hypotheses(read_text(output));
  std::vector<std::string> texts;
  for (size_t i = 0; i < clips.size(); ++i) {
    const auto found = hypotheses.find("clip" + std::to_string(i));
    texts.push_back(found == hypotheses.end() ? std::string() : found->second);
  }
  return texts;
}

}  // namespace myna::evaluation
