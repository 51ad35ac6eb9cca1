#include "text/zh/pinyin.h"

#include <algorithm>

#include "text/unicode.h"

namespace myna::text::zh {

Pinyin::Pinyin(const LexiconFile& table, const LexiconFile* mode)
    : table_(table),
      mode_(mode),
      names_(table.meta_words("syllables")),
      initials_(table.meta_words("initials")),
      finals_(table.meta_words("finals")) {
  initials_.resize(names_.size());
  finals_.resize(names_.size());
  er_ =
      static_cast<uint16_t>(std::lower_bound(names_.begin(), names_.end(), "er") - names_.begin());
}

std::vector<Syllable> Pinyin::decode(std::string_view value) const {
  std::vector<Syllable> out;
  for (size_t i = 0; i + 2 <= value.size(); i += 2) {
    unsigned packed = static_cast<unsigned char>(value[i]) |
                      unsigned(static_cast<unsigned char>(value[i + 1])) << 8;
    Syllable s{static_cast<uint16_t>(packed >> 3), static_cast<uint8_t>(packed & 7)};
    out.push_back(s.id < names_.size() ? s : Syllable{});
  }
  return out;
}

std::vector<Syllable> Pinyin::all_readings(char32_t c) const {
  std::string key = encode_utf8(c);
  if (mode_ != nullptr) {
    if (auto preferred = mode_->find(key)) return decode(*preferred);
  }
  auto value = table_.find(key);
  return value ? decode(*value) : std::vector<Syllable>{};
}

size_t Pinyin::longest(const LexiconFile& file, const std::u32string& word, size_t begin,
                       std::string_view* value) {
  std::string key = encode_utf8(word[begin]);
  size_t length = 0;
  for (size_t j = begin + 1; j < word.size(); ++j) {
    key += encode_utf8(word[j]);
    auto entry = file.lower_bound(key);
    if (!entry || entry->key.compare(0, key.size(), key) != 0) break;
    if (entry->key.size() == key.size()) {
      *value = entry->value;
      length = j + 1 - begin;
    }
  }
  return length;
}

bool Pinyin::knows(const std::u32string& word) const {
  std::string key = encode_utf8(word);
  return (mode_ != nullptr && mode_->find(key)) || table_.find(key);
}

std::vector<Syllable> Pinyin::readings(const std::u32string& word,
                                       std::vector<bool>* phrased) const {
  std::vector<Syllable> out;
  out.reserve(word.size());
  for (size_t i = 0; i < word.size();) {
    std::string_view phrase;
    size_t length = longest(table_, word, i, &phrase);
    std::string_view preferred;
    const size_t of_mode = mode_ == nullptr ? 0 : longest(*mode_, word, i, &preferred);
    if (of_mode > 0 && of_mode >= length) {
      length = of_mode;
      phrase = preferred;
    }
    if (phrased != nullptr)
      phrased->insert(phrased->end(), std::max<size_t>(length, 1), length > 0);
    if (length > 0) {
      std::vector<Syllable> syllables = decode(phrase);
      syllables.resize(length);
      out.insert(out.end(), syllables.begin(), syllables.end());
      i += length;
    } else {
      std::vector<Syllable> all = all_readings(word[i]);
      out.push_back(all.empty() ? Syllable{} : all.front());
      ++i;
    }
  }
  return out;
}

Syllable Pinyin::parse(std::string_view pinyin) const {
  if (pinyin.size() < 2 || pinyin.back() < '1' || pinyin.back() > '5') return {};
  std::string plain(pinyin.substr(0, pinyin.size() - 1));
  for (std::string from : {"ü", "u:"}) {
    if (size_t at = plain.find(from); at != std::string::npos) plain.replace(at, from.size(), "v");
  }
  auto found = std::lower_bound(names_.begin(), names_.end(), plain);
  if (found == names_.end() || *found != plain) return {};
  return {static_cast<uint16_t>(found - names_.begin()), static_cast<uint8_t>(pinyin.back() - '0')};
}

std::string Pinyin::final(Syllable syllable) const {
  return finals_[syllable.id] + static_cast<char>('0' + syllable.tone);
}

}  // namespace myna::text::zh
