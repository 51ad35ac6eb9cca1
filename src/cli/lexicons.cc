#include "cli/lexicons.h"

#include <filesystem>

#include "base/error.h"
#include "base/paths.h"
#include "voice/voice.h"

namespace myna::cli {

text::UserLexicons load_lexicons(const text::Frontend& frontend,
                                 const std::vector<std::string>& voices,
                                 const std::vector<std::string>& files) {
  std::vector<std::filesystem::path> paths;
  std::error_code ignored;
  try {
    const std::filesystem::path own = data_dir() / "lexicon.tsv";
    if (std::filesystem::is_regular_file(own, ignored)) paths.push_back(own);
  } catch (const Error&) {  // a user without a home folder has no lexicon there
  }
  for (const std::string& name : voices) {
    const std::filesystem::path path = voice::find_lexicon(name);
    if (!path.empty()) paths.push_back(path);
  }
  paths.insert(paths.end(), files.begin(), files.end());
  text::UserLexicons lexicons;
  for (const auto& path : paths) lexicons.push_back(text::UserLexicon::load(path, frontend));
  return lexicons;
}

}  // namespace myna::cli
