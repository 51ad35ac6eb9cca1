#include "evaluation/corpus_index.h"

#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/utf8.h"

namespace myna::evaluation {
namespace {

constexpr std::string_view kHeader = "file\tset\tspeaker\tlanguage\tgender\tage\ttext\tphones";
constexpr size_t kFields = 8;

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == separator) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::string CorpusRecording::id() const {
  return std::filesystem::path(file).replace_extension().generic_string();
}

bool CorpusRecording::adult() const {
  char* end = nullptr;
  const long years = std::strtol(age.c_str(), &end, 10);
  return end == age.c_str() || years >= 18;
}

std::vector<CorpusRecording> read_corpus_index(const std::filesystem::path& corpus) {
  const auto path = corpus / "index.tsv";
  const std::string text = read_text(path);
  require_utf8(text, path.string());
  std::vector<CorpusRecording> recordings;
  const std::vector<std::string> lines = split(text, '\n');
  if (lines[0] != kHeader) {
    throw Error(ErrorCode::kInvalidModel, "the first line must be: " + std::string(kHeader),
                path.string());
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto fields = split(lines[i], '\t');
    if (fields.size() != kFields) {
      throw Error(ErrorCode::kInvalidModel, "needs 8 fields separated by tabs",
                  path.string() + " line " + std::to_string(i + 1));
    }
    recordings.push_back(
        {fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[7]});
  }
  return recordings;
}

}  // namespace myna::evaluation
