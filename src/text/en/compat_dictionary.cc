#include "text/en/compat_dictionary.h"

#include <algorithm>

#include "text/en/letters.h"

namespace myna::text::en {
namespace {

constexpr char kHomograph = 2;  ///< first byte of their keys

}  // namespace

CompatDictionary::CompatDictionary(const LexiconFile& words, const LexiconFile& differing)
    : words_(words),
      differing_(differing),
      word_phones_(words.meta_words("phones")),
      differing_phones_(differing.meta_words("phones")) {}

Phones CompatDictionary::reading(const std::string& lower) const {
  if (const auto value = differing_.find(lower)) return stored_phones(*value, differing_phones_);
  const auto value = words_.find(lower);
  return value ? stored_phones(*value, word_phones_) : Phones{};
}

Phones CompatDictionary::name(const std::string& written) const {
  if (written.empty() || std::count_if(written.begin(), written.end(), is_upper) != 1 ||
      !is_upper(written[0]))
    return {};
  std::string key = kNameKey + written;
  key[1] = static_cast<char>(key[1] | 32);
  const auto value = words_.find(key);
  return value ? stored_phones(*value, word_phones_) : Phones{};
}

bool CompatDictionary::is_homograph(const std::string& lower) const {
  return differing_.find(kHomograph + lower).has_value();
}

Phones CompatDictionary::homograph(const std::string& lower, std::string_view tag) const {
  const auto value = differing_.find(kHomograph + lower);
  if (!value) return {};
  // Its last part is the tag of the first pronunciation. The tagger's may be the longer one (VBD
  // for V) or, in the reference's list, the shorter (VB for VBP).
  const std::string_view wanted = value->substr(value->rfind('\xff') + 1);
  const bool first = tag.starts_with(wanted) || wanted.starts_with(tag);
  return stored_phones(*value, differing_phones_, first ? 0 : 1);
}

}  // namespace myna::text::en
