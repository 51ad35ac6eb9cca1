#include "text/ja/spellings.h"

#include <utility>

#include "text/unicode.h"

namespace myna::text::ja {

Spellings::Spellings(const std::filesystem::path& lexicon_dir)
    : words_(lexicon_dir / "ja_spoken.lex") {}

std::vector<Spelling> Spellings::find(std::string_view text) const {
  std::vector<Spelling> out;
  bool han = false;  // what stands before
  for (size_t at = 0; at < text.size();) {
    size_t next = at, longest = 0;
    std::string_view value;
    std::string key;
    const bool inside = std::exchange(han, is_han(next_code_point(text, next))) && han;
    for (size_t end = at; !inside && end < text.size();) {
      const size_t begin = end;
      next_code_point(text, end);
      key.append(text.substr(begin, end - begin));
      const auto entry = words_.lower_bound(key);
      if (!entry || entry->key.compare(0, key.size(), key) != 0) break;
      if (entry->key != key) continue;
      longest = end;
      value = entry->value;
    }
    // The value: where in the entry the word is, its length, its kana; nothing when all stays.
    if (longest > 0 && value.size() > 2) {
      const size_t begin = at + static_cast<unsigned char>(value[0]);
      out.push_back(
          {begin, begin + static_cast<unsigned char>(value[1]), std::string(value.substr(2))});
    }
    if (longest > 0) han = false;
    at = longest > 0 ? longest : next;
  }
  return out;
}

}  // namespace myna::text::ja
