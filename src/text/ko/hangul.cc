#include "text/ko/hangul.h"

namespace myna::text::ko {

std::u32string to_jamo(std::u32string_view text) {
  std::u32string out;
  for (char32_t c : text) {
    if (!is_syllable(c)) {
      out += c;
      continue;
    }
    const char32_t index = c - 0xAC00;
    out += 0x1100 + index / 588;
    out += 0x1161 + index % 588 / 28;
    if (index % 28 != 0) out += 0x11A7 + index % 28;
  }
  return out;
}

std::u32string to_syllables(std::u32string_view jamo) {
  std::u32string out;
  for (size_t i = 0; i < jamo.size();) {
    const bool onset = is_onset(jamo[i]);
    const size_t vowel = onset ? i + 1 : i;
    if (vowel >= jamo.size() || !is_vowel(jamo[vowel])) {
      out += jamo[i++];
      continue;
    }
    char32_t syllable =
        0xAC00 + ((onset ? jamo[i] : U'ᄋ') - 0x1100) * 588 + (jamo[vowel] - 0x1161) * 28;
    i = vowel + 1;
    if (i < jamo.size() && is_coda(jamo[i])) syllable += jamo[i++] - 0x11A7;
    out += syllable;
  }
  return out;
}

char32_t to_letter(char32_t jamo) {
  static constexpr std::u32string_view kOnsets = U"ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
  static constexpr std::u32string_view kCodas =
      U"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
  if (is_onset(jamo)) return kOnsets[jamo - 0x1100];
  if (is_vowel(jamo)) return U'ㅏ' + (jamo - 0x1161);
  if (is_coda(jamo)) return kCodas[jamo - 0x11A8];
  return jamo;
}

}  // namespace myna::text::ko
