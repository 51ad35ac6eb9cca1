#include "text/ko/spoken_words.h"

#include <algorithm>
#include <optional>

#include "text/ko/hangul.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

/// What makes other words of a word of Chinese origin, which are one morpheme then: 절대로, 열정적.
constexpr std::u32string_view kLastSyllables = U"로히적화성";
constexpr size_t kLongestWord = 10;  ///< characters, blanks included
constexpr char32_t kFirst = 0xAC00, kOnsetStep = 588, kCodaCount = 28;

size_t onset_of(char32_t syllable) { return (syllable - kFirst) / kOnsetStep; }
size_t vowel_of(char32_t syllable) { return (syllable - kFirst) % kOnsetStep / kCodaCount; }
char32_t with_onset(char32_t syllable, size_t onset) {
  return kFirst + (syllable - kFirst) % kOnsetStep + static_cast<char32_t>(onset) * kOnsetStep;
}

constexpr size_t kNieun = 2, kDigeut = 3, kSilent = 11;
constexpr size_t kPlain[] = {0, 3, 7, 9, 12};  ///< ㄱ ㄷ ㅂ ㅅ ㅈ; the tense one is the next

char32_t tense(char32_t syllable) {
  const size_t onset = onset_of(syllable);
  const bool plain = std::find(std::begin(kPlain), std::end(kPlain), onset) != std::end(kPlain);
  return plain ? with_onset(syllable, onset + 1) : syllable;
}

/// ㅇ before i or y, where compounds get a ㄴ.
bool takes_nieun(char32_t c) {
  static constexpr size_t kVowels[] = {2, 3, 6, 7, 12, 17, 20};  // ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ
  return is_syllable(c) && onset_of(c) == kSilent &&
         std::find(std::begin(kVowels), std::end(kVowels), vowel_of(c)) != std::end(kVowels);
}

/// `said` as ko_rules.lex has it: the word, or which of its onsets are tense: l those that ㄹ makes
/// so, e that of the last syllable.
std::u32string spoken(std::u32string_view written, const std::string& said) {
  if (said.front() != 'l' && said.front() != 'e') return decode_utf8(said);
  std::u32string out(written);
  if (said.front() == 'l') {
    for (size_t i = 1; i < out.size(); ++i) {
      const size_t onset = onset_of(out[i]);
      if (coda_of(out[i - 1]) == U'ᆯ' && (onset == 3 || onset == 9 || onset == 12))
        out[i] = tense(out[i]);
    }
  }
  if (said.back() == 'e') out.back() = tense(out.back());
  return out;
}

/// Where morphemes begin and end in `text`; nothing when they are not its own.
std::optional<std::vector<bool>> borders_of(std::u32string_view text,
                                            const std::vector<Morpheme>& morphemes) {
  std::vector<bool> out(text.size() + 1);
  size_t at = 0;
  const auto skip_blanks = [&] {
    out[at] = true;
    while (at < text.size() && text[at] == ' ') ++at;
    out[at] = true;
  };
  for (const Morpheme& morpheme : morphemes) {
    skip_blanks();
    if (text.substr(at, morpheme.text.size()) != morpheme.text) return {};
    at += morpheme.text.size();
  }
  skip_blanks();
  if (at != text.size()) return {};
  return out;
}

/// 부산역: the station behind a name of two syllables or more that ends in a consonant.
bool is_station(std::u32string_view text, const std::vector<bool>& borders, size_t at) {
  static constexpr std::u32string_view kOthers = U"통번방영검면반용광권음성";  // 통역, 번역 ...
  if (text[at] != U'역' || at < 2 || !borders[at + 1]) return false;
  const bool name = is_syllable(text[at - 2]) && coda_of(text[at - 1]) != 0;
  return name && (borders[at] || kOthers.find(text[at - 1]) == kOthers.npos);
}

/// 테헤란로: the road keeps the ㄴ before it (the particle is 으로 there).
bool is_road(std::u32string_view text, const std::vector<bool>& borders, size_t at) {
  return text[at] == U'로' && at > 0 && borders[at] && borders[at + 1] &&
         coda_of(text[at - 1]) == U'ᆫ';
}

/// 못 와요, 못 읽어요, 몇 월: across the blank.
void link_short_words(const std::vector<bool>& borders, std::u32string* text) {
  for (size_t i = 0; i + 2 < text->size(); ++i) {
    const bool how_many = (*text)[i] == U'몇';
    if (((*text)[i] != U'못' && !how_many) || !borders[i] || !borders[i + 1] ||
        (*text)[i + 1] != ' ')
      continue;
    char32_t& next = (*text)[i + 2];
    if (!is_syllable(next) || onset_of(next) != kSilent) continue;
    if (i > 0 && (*text)[i - 1] != ' ') continue;
    const bool nieun = !how_many && takes_nieun(next);
    (*text)[i] = how_many ? U'며' : nieun ? U'몬' : U'모';
    next = with_onset(next, nieun ? kNieun : kDigeut);
  }
}

/// 할게요, 먹을걸, 갈지: behind the ㄹ of what is yet to be. The listed syllables end stems (알게).
void say_intentions(std::u32string* text) {
  static constexpr std::u32string_view kStems =
      U"알살놀길멀달들열팔불풀울물밀걸돌벌쓸썰털빌졸늘글칠질툴절얼덜끌틀굴떨말설실";
  static constexpr std::u32string_view kBehind = U"요도는를만의가";
  for (size_t i = 1; i < text->size(); ++i) {
    char32_t& c = (*text)[i];
    if (c != U'게' && c != U'걸' && c != U'지') continue;
    const char32_t before = (*text)[i - 1], next = i + 1 < text->size() ? (*text)[i + 1] : U' ';
    const bool ends = !is_syllable(next) || kBehind.find(next) != kBehind.npos;
    if (coda_of(before) == U'ᆯ' && kStems.find(before) == kStems.npos && ends) c = tense(c);
  }
}

}  // namespace

SpokenWords::Found SpokenWords::longest(std::u32string_view text, const std::vector<bool>& borders,
                                        size_t at) const {
  Found out;
  std::string key = "s/";
  for (size_t end = at; end < std::min(text.size(), at + kLongestWord);) {
    if (!is_syllable(text[end]) && text[end] != ' ') break;
    key += encode_utf8(text[end++]);
    const auto next = rules_.lower_bound(key);
    if (!next || next->key.compare(0, key.size(), key) != 0) break;
    const bool goes_on =
        end < text.size() && end - at > 1 && kLastSyllables.find(text[end]) != kLastSyllables.npos;
    if (next->key == key && (borders[end] || goes_on)) out = {end - at, std::string(next->value)};
  }
  return out;
}

void SpokenWords::apply(std::u32string* text, std::vector<Morpheme>* morphemes) const {
  const auto borders = borders_of(*text, *morphemes);
  if (!borders) return;
  const std::u32string written = *text;
  for (size_t at = 0; at < written.size();) {
    const Found found = (*borders)[at] ? longest(written, *borders, at) : Found();
    if (found.length > 0) {
      text->replace(at, found.length,
                    spoken(std::u32string_view(written).substr(at, found.length), found.said));
    } else if (is_station(written, *borders, at)) {
      (*text)[at] = with_onset(U'역', kNieun);
    } else if (is_road(written, *borders, at)) {
      (*text)[at] = U'노';
    }
    at += std::max<size_t>(found.length, 1);
  }
  link_short_words(*borders, text);
  say_intentions(text);
  size_t at = 0;
  for (Morpheme& morpheme : *morphemes) {
    while (at < text->size() && (*text)[at] == ' ') ++at;
    morpheme.text = text->substr(at, morpheme.text.size());
    at += morpheme.text.size();
  }
}

}  // namespace myna::text::ko
