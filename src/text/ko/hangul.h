// Hangul syllables and the conjoining jamo (U+1100 ...) that the sound rules are written in.
#pragma once

#include <string>
#include <string_view>

namespace myna::text::ko {

constexpr bool is_syllable(char32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }
constexpr bool is_onset(char32_t c) { return c >= 0x1100 && c <= 0x1112; }
constexpr bool is_vowel(char32_t c) { return c >= 0x1161 && c <= 0x1175; }
constexpr bool is_coda(char32_t c) { return c >= 0x11A8 && c <= 0x11C2; }

/// Final consonant of a syllable as a conjoining jamo; 0 when it has none or is no syllable.
constexpr char32_t coda_of(char32_t c) {
  if (!is_syllable(c) || (c - 0xAC00) % 28 == 0) return 0;
  return 0x11A7 + (c - 0xAC00) % 28;
}

/// Syllables become onset, vowel and coda; the rest stays.
std::u32string to_jamo(std::u32string_view text);
/// Conjoining jamo become syllables where they form some; a vowel alone gets the silent onset.
std::u32string to_syllables(std::u32string_view jamo);
/// A conjoining jamo as a letter of its own (U+3131 ...); others stay.
char32_t to_letter(char32_t jamo);

}  // namespace myna::text::ko
