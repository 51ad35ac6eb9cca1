#include "models/letter_to_sound.h"

#include <algorithm>

namespace myna::models {

LetterToSound::LetterToSound(std::shared_ptr<Backend> backend, const std::filesystem::path& file)
    : backend_(std::move(backend)),
      file_(open_model_file(file, "letters")),
      config_(LetterConfig::from_json(file_.config, file_.subject())) {}

std::vector<std::string> LetterToSound::read(std::string_view word) const {
  constexpr size_t kPiece = 64;  // letters; no word is longer, but a text may claim one
  constexpr int64_t kBeam = 4;
  std::call_once(ready_, [&] { network_.emplace(*backend_, *file_.source(), config_); });
  const std::vector<int64_t> letters = letters_of(word);
  std::vector<std::string> out;
  for (size_t at = 0; at < letters.size(); at += kPiece) {
    const auto end = letters.begin() + std::ptrdiff_t(std::min(at + kPiece, letters.size()));
    const auto read = read_words(*network_, {{letters.begin() + std::ptrdiff_t(at), end}}, kBeam);
    out.insert(out.end(), read.front().begin(), read.front().end());
  }
  return out;
}

}  // namespace myna::models
