#include "evaluation/recogniser.h"

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "audio/io.h"
#include "audio/resample.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/files.h"

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
  const fs::path model = kModel, output = folder.path() / "output";
  run_program({kProgram,
               "-adcin",
               "yes",
               "-adchdr",
               "44",
               "-cepdir",
               folder.path(),
               "-cepext",
               ".wav",
               "-ctl",
               folder.path() / "control",
               "-hyp",
               output,
               "-hmm",
               model / "en-us",
               "-lm",
               model / "en-us.lm.bin",
               "-dict",
               model / "cmudict-en-us.dict",
               "-samprate",
               std::to_string(kRate)},
              "install the package pocketsphinx.");
  const auto hypotheses = parse_hypotheses(read_text(output));
  std::vector<std::string> texts;
  for (size_t i = 0; i < clips.size(); ++i) {
    const auto found = hypotheses.find("clip" + std::to_string(i));
    texts.push_back(found == hypotheses.end() ? std::string() : found->second);
  }
  return texts;
}

}  // namespace myna::evaluation
