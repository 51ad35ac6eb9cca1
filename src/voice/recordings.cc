// Finding the recordings that a --voice option names.
#include <algorithm>
#include <filesystem>

#include "audio/io.h"
#include "base/error.h"
#include "base/files.h"
#include "base/paths.h"
#include "voice/voice.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxTranscriptBytes = 1 << 20;

bool is_audio_name(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  static const char* const kExtensions[] = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga"};
  return std::any_of(std::begin(kExtensions), std::end(kExtensions),
                     [&](const char* known) { return extension == known; });
}

std::string trimmed(const std::string& text) {
  const char* blanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

Recording load(const fs::path& path) {
  Recording recording;
  recording.name = path.filename().string();
  recording.clip = audio::read_clip(path);
  fs::path transcript = path;
  transcript.replace_extension(".txt");
  std::error_code ignored;
  if (fs::is_regular_file(transcript, ignored)) {
    recording.transcript = trimmed(read_text(transcript, kMaxTranscriptBytes));
  }
  return recording;
}

std::vector<fs::path> audio_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && is_audio_name(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The file or folder of a named voice in `root`, or an empty path.
fs::path named_voice(const fs::path& root, const std::string& name) {
  std::error_code ignored;
  if (!fs::is_directory(root, ignored)) return {};
  if (fs::is_directory(root / name, ignored)) return root / name;
  for (const fs::path& file : audio_files(root)) {
    if (file.stem() == name) return file;
  }
  return {};
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
}

std::vector<fs::path> voice_roots() {
  std::vector<fs::path> roots;
  try {
    roots.push_back(voices_dir());
  } catch (const Error&) {  // a user without a home folder still has the bundled samples
  }
  roots.push_back(assets_dir() / "samples");
  return roots;
}

}  // namespace

fs::path find_voice(const std::string& file_or_name) {
  std::error_code ignored;
  if (fs::exists(file_or_name, ignored)) return file_or_name;
  if (!is_plain_name(file_or_name)) return {};
  for (const fs::path& root : voice_roots()) {
    const fs::path path = named_voice(root, file_or_name);
    if (!path.empty()) return path;
  }
  return {};
}

fs::path find_lexicon(const std::string& file_or_name) {
  std::error_code ignored;
  const fs::path folder = find_voice(file_or_name);
  if (folder.empty() || !fs::is_directory(folder, ignored)) return {};
  const fs::path lexicon = folder / "lexicon.tsv";
  return fs::is_regular_file(lexicon, ignored) ? lexicon : fs::path();
}

std::vector<Recording> find_recordings(const std::string& file_or_name) {
  std::error_code ignored;
  const fs::path path = find_voice(file_or_name);
  if (path.empty()) {
    std::string names;
    for (const std::string& name : known_voices()) names += (names.empty() ? "" : ", ") + name;
    throw Error(ErrorCode::kNotFound,
                "is neither an audio file nor a voice; voices here: " + names + ".", file_or_name);
  }
  if (!fs::is_directory(path, ignored)) return {load(path)};
  std::vector<Recording> recordings;
  for (const fs::path& file : audio_files(path)) recordings.push_back(load(file));
  const bool has_weights = fs::is_regular_file(path / "voice.json", ignored);
  if (recordings.empty() && !has_weights) {
    throw Error(ErrorCode::kNotFound,
                "has no recording in it; put .wav, .flac, .mp3, .ogg or .opus files there.",
                file_or_name);
  }
  return recordings;
}

std::vector<std::string> known_voices() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::path& root : voice_roots()) {
    if (!fs::is_directory(root, ignored)) continue;
    std::vector<std::string> here;
    for (const auto& entry : fs::directory_iterator(root)) {
      if (entry.path().filename().string().starts_with(".")) continue;  // an import under way
      if (entry.is_directory()) here.push_back(entry.path().filename().string());
      if (entry.is_regular_file() && is_audio_name(entry.path())) {
        here.push_back(entry.path().stem().string());
      }
    }
    std::sort(here.begin(), here.end());
    for (std::string& name : here) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

}  // namespace myna::voice
