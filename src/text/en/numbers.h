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

}  // namespace myna::text::en
