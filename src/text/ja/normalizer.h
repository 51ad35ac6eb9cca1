// Japanese text as it is written -> as it is read, for the default mode: dates, times, amounts,
// signs. Numbers stay digits: how they sound depends on their counters, see number_rules.h.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::ja {

/// Quotes vanish, brackets become commas, runs of marks their strongest; letters and kana of
/// half or full width become the usual ones.
std::string normalize(std::string_view text);

/// Whether a mark is a phone: , . ! ? … -
bool is_pause(std::string_view mark);

}  // namespace myna::text::ja
