#include "text/yue/jyutping.h"

#include "text/unicode.h"

namespace myna::text::yue {
namespace {

/// In the reference's order: the first that starts a syllable is its initial.
constexpr std::string_view kInitials[] = {"aa",  "ai", "au", "ap", "at", "ak", "a",  "p",  "b", "e",
                                          "ts",  "t",  "dz", "d",  "kw", "k",  "gw", "g",  "f", "h",
                                          "l",   "m",  "ng", "n",  "s",  "y",  "w",  "c",  "z", "j",
                                          "ong", "on", "ou", "oi", "ok", "o",  "uk", "ung"};

}  // namespace

std::optional<std::array<std::string, 2>> phones_of(std::string_view syllable) {
  if (syllable.size() < 2) return std::nullopt;
  const std::string tone(1, syllable.back());
  const std::string_view sound = syllable.substr(0, syllable.size() - 1);
  for (std::string_view initial : kInitials) {
    if (sound.substr(0, initial.size()) != initial) continue;
    std::string_view final = sound.substr(initial.size());
    if (final.empty()) final = initial.substr(initial.size() - 1);
    return std::array{"Y" + std::string(initial), "Y" + std::string(final) + tone};
  }
  return std::nullopt;
}

Jyutping::Jyutping(const LexiconFile& words)
    : words_(words), syllables_(words.meta_words("syllables")) {}

std::vector<std::string> Jyutping::longest(std::u32string_view text) const {
  return longest(text, "");
}

std::vector<std::string> Jyutping::longest_spoken(std::u32string_view text) const {
  std::vector<std::string> word = longest(text, ""), spoken = longest(text, "s/");
  return spoken.empty() || spoken.size() < word.size() ? word : spoken;
}

std::vector<std::string> Jyutping::longest(std::u32string_view text, std::string key) const {
  std::optional<std::string_view> found;
  for (char32_t c : text) {
    key += encode_utf8(c);
    const auto next = words_.lower_bound(key);
    if (!next || next->key.compare(0, key.size(), key) != 0) break;
    if (next->key == key) found = next->value;
  }
  std::vector<std::string> out;
  for (size_t i = 0; found && i + 1 < found->size(); i += 2) {
    const size_t id = static_cast<unsigned char>((*found)[i]) |
                      static_cast<size_t>(static_cast<unsigned char>((*found)[i + 1])) << 8;
    if (id < syllables_.size()) out.push_back(syllables_[id]);
  }
  return out;
}

}  // namespace myna::text::yue
