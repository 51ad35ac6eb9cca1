// Reading of numbers in Mandarin.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::zh {

/// "1024" -> 一千零二十四. Leading zeros and what is no ASCII digit are ignored; "" for no digits.
std::u16string cardinal(std::u16string_view digits);
/// "110" -> 一一零, or 幺幺零 with `yao`; what is no ASCII digit is ignored.
std::u16string digit_by_digit(std::u16string_view digits, bool yao = false);
/// Signless number with optional fraction: "3.14" -> 三点一四, ".5" -> 零点五. Without `keep_zeros`
/// of the zeros that end a fraction only one is read ("1.500" -> 一点五零).
std::u16string decimal(std::u16string_view number, bool keep_zeros = true);

}  // namespace myna::text::zh
