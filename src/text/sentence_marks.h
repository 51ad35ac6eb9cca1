// Marks that end, part and enclose sentences.
#pragma once

#include <string_view>

#include "text/unicode.h"

namespace myna::text {

inline bool in(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}
inline bool is_end(char32_t c) { return in(U"。！？!?…\n", c); }
inline bool is_clause(char32_t c) { return in(U"，,；;：:、—～", c); }
inline bool is_closer(char32_t c) { return in(U"”’」』）)]】》〉\"'}", c); }
/// The closer of kOpen[i] is kClose[i].
inline constexpr std::u32string_view kOpen = U"“‘「『（([【《〈{", kClose = U"”’」』）)]】》〉}";

inline bool is_speakable(char32_t c) { return is_letter(c) || is_digit(c); }

}  // namespace myna::text
