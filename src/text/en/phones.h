// Lists of phones, and how the English tables (en_words.lex, en_compat.lex) hold them: a byte for
// each phone, its number in the table's list "\1phones"; 0xFF parts pronunciations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::text::en {

using Phones = std::vector<std::string>;

/// Pronunciation `which` of a value; empty when it holds fewer.
Phones stored_phones(std::string_view value, const std::vector<std::string>& names,
                     size_t which = 0);

/// First byte of the keys of first names in en_words.lex that are no words of the dictionary;
/// their lower-case letters follow.
inline constexpr char kNameKey = 3;

}  // namespace myna::text::en
