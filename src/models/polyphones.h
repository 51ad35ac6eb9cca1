// Mandarin polyphones by a converted g2pW: what the Mandarin front end is given.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/g2pw.h"
#include "models/model_file.h"
#include "text/wordpiece.h"
#include "text/zh/polyphones.h"
#include "text/zh/traditional.h"

namespace myna::models {

/// A list of readings as a record keeps it: a key, a tab, pinyin with tones parted by blanks, on
/// each line. Throws Error(kInvalidModel) naming subject and line.
std::vector<std::pair<std::u32string, std::vector<std::string>>> parse_reading_lines(
    std::string_view lines, const std::string& subject);

/// Thread-safe. The file is opened at once, the network made ready when the first polyphone comes.
/// A clause is written in traditional characters, as g2pW was trained. Characters that it knows by
/// several readings are asked of the network, 16 characters of context around the first and the
/// last of them; as in GPT-SoVITS a few are left to the dictionary (text/g2pw of the reference).
class PolyphoneModel : public text::zh::Polyphones {
 public:
  /// `file`: a model of kind "g2pw" (see voice/import_g2pw.h). Throws as open_model_file and as
  /// Traditional, Error(kInvalidModel) when its tables do not go with its network.
  PolyphoneModel(std::shared_ptr<Backend> backend, const std::filesystem::path& file);

  std::vector<text::zh::ClauseReading> read(std::u32string_view clause) const override;
  std::vector<std::string> correction(std::u32string_view word) const override;

 private:
  using Queries = std::vector<std::pair<size_t, int64_t>>;  ///< place in the text and character
  void ask(const std::u32string& text, const Queries& queries,
           std::vector<text::zh::ClauseReading>* out) const;

  std::shared_ptr<Backend> backend_;
  ModelFile file_;
  G2pwConfig config_;
  text::WordPiece words_;
  text::zh::Traditional traditional_;
  std::unordered_map<char32_t, int64_t> characters_;   ///< number of each polyphone
  std::vector<std::vector<std::string>> candidates_;   ///< of each, in the network's order
  std::unordered_map<char32_t, std::string> certain_;  ///< readings of the others
  mutable std::once_flag network_ready_, corrections_ready_;
  mutable std::optional<G2pw> network_;
  mutable std::unordered_map<std::u32string, std::vector<std::string>> corrections_;
};

}  // namespace myna::models
