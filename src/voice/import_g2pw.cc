#include "voice/import_g2pw.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/utf8.h"
#include "models/g2pw_graph.h"
#include "models/model_file.h"
#include "text/wordpiece.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostTableBytes = 16 << 20;
constexpr const char* kPolyphones = "POLYPHONIC_CHARS.txt";
constexpr const char* kCertain = "MONOPHONIC_CHARS.txt";
constexpr const char* kPinyin = "bopomofo_to_pinyin_wo_tune_dict.json";

std::string table(const fs::path& folder, const char* name) {
  const fs::path path = folder / name;
  if (!fs::is_regular_file(path)) {
    throw Error(ErrorCode::kNotFound,
                "this table of g2pW is missing; copy the whole folder G2PWModel", path.string());
  }
  const std::string text = read_text(path, kMostTableBytes);
  require_utf8(text, path.string());
  return text;
}

/// Calls `visit` with each line that is not empty; what it throws gets file and line.
void each_line(const std::string& text, const fs::path& path,
               const std::function<void(const std::string&)>& visit) {
  size_t number = 1;
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) continue;
    try {
      visit(line);
    } catch (const Error& error) {
      throw Error(ErrorCode::kInvalidModel,
                  "line " + std::to_string(number) + ": " + error.message(), path.string());
    }
  }
}

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::kInvalidModel, what); }

/// "character<TAB>bopomofo" lines, in their order.
std::vector<std::pair<std::string, std::string>> pairs_of(const fs::path& folder,
                                                          const char* name) {
  std::vector<std::pair<std::string, std::string>> out;
  each_line(table(folder, name), folder / name, [&](const std::string& line) {
    const size_t tab = line.find('\t');
    if (tab == std::string::npos || count_code_points(line.substr(0, tab)) != 1 ||
        tab + 1 == line.size()) {
      refuse("it is not a character, a tab and a reading");
    }
    out.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  });
  if (out.empty())
    throw Error(ErrorCode::kInvalidModel, "the table is empty", (folder / name).string());
  return out;
}

class Pinyin {
 public:
  explicit Pinyin(const fs::path& folder)
      : table_(parse_json(table(folder, kPinyin), (folder / kPinyin).string())) {}

  /// "ㄏㄤ2" -> "hang2"; empty when the table has it not.
  std::string of(const std::string& bopomofo) const {
    const std::string plain = bopomofo.substr(0, bopomofo.size() - 1);
    const auto found = table_.is_object() ? table_.find(plain) : table_.end();
    if (bopomofo.back() < '1' || bopomofo.back() > '5' || found == table_.end() ||
        !found->is_string() ||
        found->get<std::string>().find_first_of(" \t\n") != std::string::npos)
      return {};
    return found->get<std::string>() + bopomofo.back();
  }

 private:
  Json table_;
};

void read_polyphones(const fs::path& folder, const Pinyin& pinyin, G2pwTables* out) {
  const auto pairs = pairs_of(folder, kPolyphones);
  std::map<std::string, std::set<std::string>> characters;  // both in the network's order
  std::map<std::string, int64_t> rows;
  for (const auto& [character, reading] : pairs) {
    characters[character].insert(reading);
    rows[reading] = 0;
  }
  for (auto& [reading, row] : rows) row = out->readings++;
  for (const auto& [character, readings] : characters) {
    out->candidates.emplace_back();
    out->polyphones += character;
    char before = '\t';
    for (const std::string& reading : readings) {
      out->candidates.back().push_back(rows.at(reading));
      out->polyphones += before + pinyin.of(reading);
      before = ' ';
    }
    out->polyphones += '\n';
  }
}

/// Lines such as `银行: ['yin2', 'hang2']`; later files win over earlier ones.
std::string read_corrections(const fs::path& folder) {
  std::map<std::string, std::string> words;
  for (const char* name : {"polyphonic.rep", "polyphonic-fix.rep"}) {
    const fs::path path = folder / ".." / "g2pw" / name;
    if (!fs::is_regular_file(path)) continue;
    each_line(table(path.parent_path(), name), path, [&](const std::string& line) {
      const size_t colon = line.find(':');
      std::string readings;
      for (size_t at = line.find('\'', colon); at != std::string::npos;) {
        const size_t end = line.find('\'', at + 1);
        if (end == std::string::npos) refuse("a quotation mark is missing");
        readings += (readings.empty() ? "" : " ") + line.substr(at + 1, end - at - 1);
        at = line.find('\'', end + 1);
      }
      if (colon == 0 || readings.empty()) refuse("it is not a word, a colon and its readings");
      words[line.substr(0, colon)] = readings;
    });
  }
  std::string out;
  for (const auto& [word, readings] : words) out += word + "\t" + readings + "\n";
  return out;
}

/// Settings of config.py that would make it another network. It is text here, not a program.
void check_settings(const fs::path& folder) {
  const fs::path path = folder / "config.py";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return;
  std::string text = read_text(path, kMostTableBytes);
  std::erase(text, ' ');
  for (const char* setting : {"use_mask=False", "use_char_phoneme=True", "use_conditional=False"}) {
    if (text.find(setting) != std::string::npos) {
      throw Error(ErrorCode::kUnsupported,
                  "it says " + std::string(setting) +
                      ", which the published g2pW does not; use the folder G2PWModel of GPT-SoVITS",
                  path.string());
    }
  }
}

text::Vocabulary vocabulary_of(const fs::path& folder, const fs::path& roberta) {
  std::error_code ignored;
  for (const char* name : {"tokenizer.json", "vocab.txt"}) {
    if (fs::is_regular_file(folder / name, ignored)) return text::read_vocabulary(folder);
  }
  if (!fs::is_regular_file(roberta, ignored)) {
    throw Error(ErrorCode::kNotFound,
                "g2pW reads with the vocabulary of chinese-roberta-wwm-ext-large, which has not "
                "been converted: name a folder that holds both, or put its vocab.txt here",
                folder.string());
  }
  const models::ModelFile file = models::open_model_file(roberta, "roberta");
  return {require<std::string>(file.record, "vocabulary", file.subject()),
          value_or<bool>(file.record, "lower_case", true, file.subject())};
}

}  // namespace

G2pwTables read_g2pw_tables(const fs::path& folder) {
  check_settings(folder);
  G2pwTables out;
  const Pinyin pinyin(folder);
  read_polyphones(folder, pinyin, &out);
  for (const auto& [character, reading] : pairs_of(folder, kCertain)) {
    const std::string written = pinyin.of(reading);
    if (!written.empty()) out.certain += character + "\t" + written + "\n";
  }
  out.corrections = read_corrections(folder);
  return out;
}

void convert_g2pw(const fs::path& onnx, const fs::path& roberta, const fs::path& to) {
  const fs::path folder = onnx.parent_path();
  const G2pwTables tables = read_g2pw_tables(folder);
  const text::Vocabulary vocabulary = vocabulary_of(folder, roberta);
  const text::WordPiece words(vocabulary.lines, vocabulary.lower_case, folder.string());
  const models::PublishedG2pw network =
      models::read_g2pw_graph(tensor::read_onnx_model(onnx), onnx.string());
  if (network.readings != tables.readings || words.size() > network.bert.vocabulary) {
    throw Error(ErrorCode::kInvalidModel,
                "the network has " + std::to_string(network.readings) + " readings and " +
                    std::to_string(network.bert.vocabulary) + " words, its tables have " +
                    std::to_string(tables.readings) + " and " + std::to_string(words.size()) +
                    "; they do not belong together",
                onnx.string());
  }
  models::G2pwConfig config;
  const auto tensors =
      models::assemble_g2pw(network, tables.candidates, true, config, onnx.string());
  const Json record = {
      {"origin", {{"file", onnx.filename().string()}, {"sha256", hex(sha256_file(onnx))}}},
      {"vocabulary", vocabulary.lines},
      {"lower_case", vocabulary.lower_case},
      {"polyphones", tables.polyphones},
      {"certain", tables.certain},
      {"corrections", tables.corrections}};
  ensure_writable_directory(to.parent_path());
  models::write_model_file(to, "g2pw", config.to_json(), record, tensors, false);
}

}  // namespace myna::voice
