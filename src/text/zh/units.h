// Units of measure written with letters or signs, in Mandarin.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::zh {

/// Whether a Mandarin reader names `symbol` in Mandarin behind a number.
bool is_unit(std::u16string_view symbol);
/// "km" -> 千米; a symbol that is not known stays.
std::u16string unit_name(const std::u16string& symbol);
/// Pattern with one group that takes a symbol not followed by a letter or digit.
const std::u16string& unit_pattern();

}  // namespace myna::text::zh
