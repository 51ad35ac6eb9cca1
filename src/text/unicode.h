// Code points: UTF-16, classes of characters, normal forms (utf8proc's tables). UTF-8 is in
// base/utf8.h.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.h"

namespace myna::text {

using myna::decode_utf8;
using myna::encode_utf8;
std::string encode_utf8(char32_t c);
std::u16string to_utf16(std::u32string_view text);
std::u16string to_utf16(std::string_view utf8);
std::u32string to_utf32(std::u16string_view text);
std::string to_utf8(std::u16string_view text);

bool is_han(char32_t c);  ///< ideographs of all planes and 〇
bool is_kana(char32_t c);
bool is_hangul(char32_t c);
bool is_latin(char32_t c);   ///< letters of Latin script, accented ones included
bool is_digit(char32_t c);   ///< decimal digit of any script
bool is_letter(char32_t c);  ///< letter or mark of any script
bool is_space(char32_t c);
/// Unicode numeric value property, as Python's str.isnumeric (一 ½ ① included).
bool is_numeric(char32_t c);
/// Decimal digits and digits in rings, raised or lowered, as Python's str.isdigit (² ① included).
bool is_any_digit(char32_t c);
bool is_letter_or_number(char32_t c);  ///< by category: 一 and ½ too, marks not
/// Small letters and those that are capital at their start alone (ǅ), but no raised ones (ª ʰ).
bool is_small(char32_t c);
/// Decimal digits of any script as 0-9; other characters as they are.
char32_t plain_digit(char32_t c);

/// Canonical decomposition, and the same without combining marks ("é" -> "e").
std::u32string decompose(std::u32string_view text);
std::u32string strip_marks(std::u32string_view text);
/// Compatibility composition (full-width -> ASCII, ligatures, ...).
std::u32string compatibility_compose(std::u32string_view text);
/// As Python's str.lower() of one character.
std::u32string lower_case(char32_t c);
/// The one character that stands for `c` in lower case.
char32_t simple_lower_case(char32_t c);

}  // namespace myna::text
