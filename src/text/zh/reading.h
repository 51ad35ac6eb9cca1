// Small readings that the rules of Myna's own Mandarin reading share.
#pragma once

#include <string>

namespace myna::text::zh {

/// A pattern in which @ stands for a number group, thousands separators and decimals allowed.
std::u16string with_numbers(std::u16string_view pattern);
/// Measure words, as alternatives without a group.
extern const char16_t* const kMeasureWords;

/// A signless number, thousands separators allowed: "1,234.5".
std::u16string read_number(const std::u16string& number);
/// The same before a measure word: 2 is 两, 2000 is 两千.
std::u16string read_counted(const std::u16string& number);

}  // namespace myna::text::zh
