// Reading of numbers in English.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::en {

/// "1234" -> "one thousand two hundred thirty four" (no hyphens, no commas, no "and"). Numbers
/// beyond 66 digits are read digit by digit. `digits` holds ASCII digits only.
std::string cardinal(std::string_view digits);
/// "21" -> "twenty first".
std::string ordinal(std::string_view digits);
/// "105" -> "one oh five", or "one zero five" with `zero`.
std::string digit_by_digit(std::string_view digits, bool zero = true);
/// Years as spoken: 1999 -> "nineteen ninety nine", 2005 -> "two thousand five", 1905 -> "nineteen
/// oh five".
std::string year(std::string_view digits);
/// "3.14" -> "three point one four".
std::string decimal(std::string_view number);

// The words of Python's inflect, which the reference uses: hyphens in twenty-one, commas between
// groups of thousands. `digits` has no leading zeros.

/// "1234" -> "one thousand, two hundred and thirty-four"; without `with_and`: "... two hundred
/// thirty-four".
std::string inflected_cardinal(std::string_view digits, bool with_and = true);
/// "101" -> "one hundred and first".
std::string inflected_ordinal(std::string_view digits);
/// "22" -> "22nd".
std::string ordinal_figures(std::string_view digits);
/// Two digits at a time: "1905" -> "nineteen, oh five".
std::string digit_pairs(std::string_view digits);
/// A number as the reference reads it alone: 1905 -> "nineteen oh five", 2005 -> "two thousand
/// five", 1800 -> "eighteen hundred".
std::string reference_number(std::string_view digits);

}  // namespace myna::text::en
