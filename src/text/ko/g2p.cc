#include "text/ko/g2p.h"

#include <algorithm>

#include "text/ko/hangul.h"
#include "text/ko/numbers.h"
#include "text/ko/sound_rules.h"
#include "text/regex.h"
#include "text/symbols.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

std::u32string replaced(std::u32string text, std::u32string_view from, std::u32string_view to) {
  size_t found = text.find(from);
  if (found == std::u32string::npos) return text;
  std::u32string out;
  size_t at = 0;
  for (; found != std::u32string::npos; found = text.find(from, at)) {
    out.append(text, at, found - at).append(to);
    at = found + from.size();
  }
  return out.append(text, at);
}

/// Numbers before a counter that is marked /B, then all other digits one by one.
std::u32string spell_counted(const std::u32string& annotated) {
  static const Regex kCounted(u"([0-9][0-9,]*)([ㄱ-힣]+)/B");
  const std::u16string counted = kCounted.replace(to_utf16(annotated), [](const Match& m) {
    const std::u32string noun = to_utf32(m.group(2));
    return to_utf16(
               number_of_reference(to_utf32(m.group(1)), is_native_counter_of_reference(noun))) +
           m.group(2) + u"/B";
  });
  return digits_one_by_one(to_utf32(counted));
}

/// "ㅇㅡㄹ ㄹ" and "ㄹㅡㄹ ㄹ": the second ㄹ is said ㄴ.
void part_rieul(std::u32string* letters) {
  for (size_t i = 0; i + 4 < letters->size(); ++i) {
    const std::u32string_view five = std::u32string_view(*letters).substr(i, 5);
    if (five != U"ㅇㅡㄹ ㄹ" && five != U"ㄹㅡㄹ ㄹ") continue;
    (*letters)[i + 4] = U'ㄴ';
    i += 4;
  }
}

std::u32string parted_vowel(char32_t letter) {
  switch (letter) {
    case U'ㅘ':
      return U"ㅗㅏ";
    case U'ㅙ':
      return U"ㅗㅐ";
    case U'ㅚ':
      return U"ㅗㅣ";
    case U'ㅝ':
      return U"ㅜㅓ";
    case U'ㅞ':
      return U"ㅜㅔ";
    case U'ㅟ':
      return U"ㅜㅣ";
    case U'ㅢ':
      return U"ㅡㅣ";
    case U'ㅑ':
      return U"ㅣㅏ";
    case U'ㅒ':
      return U"ㅣㅐ";
    case U'ㅕ':
      return U"ㅣㅓ";
    case U'ㅖ':
      return U"ㅣㅔ";
    case U'ㅛ':
      return U"ㅣㅗ";
    case U'ㅠ':
      return U"ㅣㅜ";
    default:
      return std::u32string(1, letter);
  }
}

std::string symbol_of(char32_t c) {
  static constexpr std::u32string_view kFrom = U"：；，。！？\n·、 ", kTo = U",,,.!?.,,空";
  const size_t at = kFrom.find(c);
  std::string out = encode_utf8(at == std::u32string_view::npos ? c : kTo[at]);
  return SymbolTable::of(SymbolSet::kV2).contains(out) ? out : "停";
}

}  // namespace

std::u32string letters_by_name(std::u32string_view text) {
  static constexpr std::u32string_view kNames[] = {
      U"에이", U"비",   U"시", U"디",   U"이",     U"에프", U"지",   U"에이치", U"아이",
      U"제이", U"케이", U"엘", U"엠",   U"엔",     U"오",   U"피",   U"큐",     U"아르",
      U"에스", U"티",   U"유", U"브이", U"더블유", U"엑스", U"와이", U"제트"};
  std::u32string out;
  for (char32_t c : text) {
    const char32_t lower = c < 0x80 ? c | 32 : c == U'ſ' ? U's' : c == U'K' ? U'k' : c;
    if (lower >= U'a' && lower <= U'z' && (c < 0x80 ? c >= U'A' : true)) {
      out += kNames[lower - U'a'];
    } else {
      out += c;
    }
  }
  return out;
}

G2p::G2p(const LexiconFile& rules, bool compat) : compat_(compat) {
  for (const std::string& entry : rules.meta_words("idioms")) {
    const size_t bar = entry.find('|');
    idioms_.emplace_back(decode_utf8(entry.substr(0, bar)), decode_utf8(entry.substr(bar + 1)));
  }
}

std::u32string G2p::prepare(const std::u32string& text) const {
  std::u32string out = letters_by_name(text);
  if (!compat_) return out;
  for (const auto& [written, said] : idioms_) out = replaced(std::move(out), written, said);
  return out;
}

std::u32string G2p::pronounce(const std::u32string& prepared,
                              const std::vector<Morpheme>& morphemes) const {
  std::u32string annotated = annotate(prepared, morphemes);
  if (compat_) annotated = spell_counted(annotated);
  return apply_sound_rules(annotated, compat_);
}

std::vector<std::string> G2p::phones(const std::u32string& jamo) {
  std::u32string letters;
  for (char32_t syllable : to_jamo(to_syllables(jamo)))
    letters += parted_vowel(to_letter(syllable));
  part_rieul(&letters);
  std::vector<std::string> out;
  for (char32_t c : letters) out.push_back(symbol_of(c));
  return out;
}

}  // namespace myna::text::ko
