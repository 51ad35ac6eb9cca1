#include "text/en/letter_to_sound.h"

#include <algorithm>

namespace myna::text::en {

LetterToSound::LetterToSound(const LexiconFile& table)
    : table_(table), phones_(table.meta_words("phones")) {}

std::vector<std::string> LetterToSound::read(std::string_view word) const {
  // Contexts as (letters before, letters after), from the widest.
  static constexpr int kContexts[][2] = {{4, 4}, {3, 4}, {3, 3}, {2, 3}, {2, 2},
                                         {1, 2}, {2, 1}, {1, 1}, {0, 1}, {0, 0}};
  std::string padded = "####";
  for (char c : word) {
    if (c >= 'a' && c <= 'z') padded += c;
  }
  padded += "####";
  std::vector<std::string> out;
  for (size_t i = 4; i + 4 < padded.size(); ++i) {
    for (auto [before, after] : kContexts) {
      std::string key = padded.substr(i, 1) + std::to_string(before) + std::to_string(after) +
                        padded.substr(i - size_t(before), size_t(before)) +
                        padded.substr(i + 1, size_t(after));
      auto value = table_.find(key);
      if (!value) continue;
      for (char p : *value) {
        if (static_cast<unsigned char>(p) < phones_.size())
          out.push_back(phones_[static_cast<unsigned char>(p)]);
      }
      break;
    }
  }
  // A word has one main stress: the first vowel takes it when none has, later ones give way.
  auto is_vowel = [](const std::string& p) { return p.back() >= '0' && p.back() <= '2'; };
  bool stressed = false;
  for (std::string& p : out) {
    if (p.back() != '1') continue;
    if (stressed) p.back() = '2';
    stressed = true;
  }
  if (!stressed) {
    auto vowel = std::find_if(out.begin(), out.end(), is_vowel);
    if (vowel != out.end()) vowel->back() = '1';
  }
  return out;
}

}  // namespace myna::text::en
