// ASCII letters and membership in short lists, as the English rules need them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace myna::text::en {

inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_letter(char c) { return is_lower(c) || is_upper(c); }

inline std::string lower_case(std::string text) {
  for (char& c : text) {
    if (is_upper(c)) c = static_cast<char>(c | 32);
  }
  return text;
}

/// Whether `word` is in `set`, an array or a list in braces.
template <size_t N>
bool one_of(std::string_view word, const std::string_view (&set)[N]) {
  return std::find(std::begin(set), std::end(set), word) != std::end(set);
}

}  // namespace myna::text::en
