// Korean number words.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::ko {

/// Numbers as g2pk2 spells them: `digits` holds 0-9 and commas. Sino-Korean, or native where
/// `native` (only the last two places). Throws Error(kInvalidText) for more than 16 digits, where
/// g2pk2 fails.
std::u32string number_of_reference(std::u32string_view digits, bool native);

/// Whether g2pk2 counts this noun with native numbers.
bool is_native_counter_of_reference(std::u32string_view noun);

/// Each digit by its name (영 일 이 ...); the rest stays.
std::u32string digits_one_by_one(std::u32string_view text);

/// Numbers as they are read: 십이만, 만, 영. More than 16 digits are read one by one.
std::u32string sino(std::u32string_view digits);
/// 한, 두, 스무, 스물한 ... before a counter; sino() from 100 on. `digits` without leading zeros.
std::u32string native(std::u32string_view digits);

}  // namespace myna::text::ko
