#include "text/ko/sound_rules.h"

#include <algorithm>
#include <vector>

#include "text/ko/hangul.h"
#include "text/regex.h"
#include "text/replacement.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

constexpr std::u32string_view kPlain = U"ᄀᄃᄇᄉᄌ", kTense = U"ᄁᄄᄈᄊᄍ";

char32_t mapped(char32_t c, std::u32string_view from, std::u32string_view to) {
  const size_t at = from.find(c);
  return at == std::u32string_view::npos ? c : to[at];
}

struct Rule {
  Regex pattern;
  std::u16string replacement;
};

/// Rules that look at more than a final consonant and the next onset, in g2pk2's order.
std::vector<Rule> special_rules(bool compat) {
  std::vector<Rule> rules;
  const auto jamo = [](std::u16string_view text) { return to_utf16(to_jamo(to_utf32(text))); };
  const auto add = [&](std::u16string_view pattern, std::u16string_view replacement) {
    rules.push_back({Regex(jamo(pattern)), jamo(replacement)});
  };
  add(u"([ᄌᄍᄎ])ᅧ", u"$1ᅥ");
  add(u"([ᄀ-ᄊᄌ-ᄒ])ᅴ", u"$1ᅵ");
  // The names of letters (디귿이 is 디그시); g2pk2 takes any ᅳ for one.
  const std::u16string before = compat ? u"ᅳ" : u"으";
  add(compat ? u"(ᅳ)ᆮᄋ" : u"(디그)ᆮᄋ", u"$1ᄉ");
  add(u"(" + before + u")[ᆽᆾᇀᇂ]ᄋ", u"$1ᄉ");
  add(u"(" + before + u")ᆿᄋ", u"$1ᄀ");
  add(u"(" + before + u")ᇁᄋ", u"$1ᄇ");
  // After the stem of a verb or adjective.
  add(u"ᆰ/P[ᄀᄁ]", u"ᆯᄁ");
  for (size_t i = 0; i < kPlain.size(); ++i) {
    if (kPlain[i] == U'ᄇ') continue;
    const std::u16string plain = to_utf16(kPlain.substr(i, 1)),
                         tense = to_utf16(kTense.substr(i, 1));
    add(u"([ᆲᆴ])/P" + plain, u"$1" + tense);
    add(u"([ᆫᆷ])/P" + plain, u"$1" + tense);
    add(u"ᆬ/P" + plain, u"ᆫ" + tense);
    add(u"ᆱ/P" + plain, u"ᆷ" + tense);
  }
  add(compat ? u"(바)ᆲ($|[^ᄋᄒ])" : u"(바)ᆲ($|/P(?![ᄋᄒ])|[^/ᄋᄒ])", u"$1ᆸ$2");
  add(u"(너)ᆲ([ᄃᄄᄌᄍ]ᅮ)", u"$1ᆸ$2");
  if (!compat) add(u"ᆲ((?:/P)? ?[ᄂᄆ])", u"ᆯ$1");  // 여덟 명; 밟는 was before
  // Palatalisation.
  add(u"ᆮᄋ([ᅵᅧ])", u"ᄌ$1");
  add(u"ᇀᄋ([ᅵᅧ])", u"ᄎ$1");
  add(compat ? u"ᆴᄋ([ᅵᅧ])" : u"ᆴ(?:/P)?ᄋ([ᅵᅧ])", u"ᆯᄎ$1");
  add(u"ᆮ히", u"치");
  if (!compat) add(u"ᆮ혀", u"처");
  // After an ending in ᆯ.
  for (size_t i = 0; i < kPlain.size(); ++i) {
    add(u"ᆯ/E " + to_utf16(kPlain.substr(i, 1)), u"ᆯ " + to_utf16(kTense.substr(i, 1)));
  }
  for (const char16_t* tail : {u"ᄀ(ᅥᆯ)", u"ᄇ(ᅡ)ᆩᄋ(ᅦ)", u"ᄉ(ᅦ라)", u"ᄉ(ᅮ록)",
                               u"ᄌ(ᅵ라도)", u"ᄌ(ᅵ언정)", u"ᄌ(ᅵᆫ대)"}) {
    const char32_t tense = mapped(tail[0], kPlain, kTense);
    add(u"ᆯ" + std::u16string(tail),
        u"ᆯ" + to_utf16(std::u32string(1, tense)) + (tail[0] == u'ᄇ' ? u"$1ᄁ$2" : u"$1"));
  }
  return rules;
}

/// A final consonant (0: none) and the onset of the next syllable.
struct Joint {
  char32_t coda, onset;
};

/// Cells of g2pk2's table that are not what the rules say. A coda of 1 leaves the pair alone.
struct Slip {
  Joint from, to;
};
constexpr Slip kSlips[] = {
    {{U'ᆰ', U'ᄏ'}, {U'ᆯ', U'ᄏ'}}, {{U'ᆰ', U'ᄐ'}, {U'ᆨ', U'ᄑ'}}, {{U'ᆰ', U'ᄑ'}, {1, 0}},
    {{U'ᆲ', U'ᄐ'}, {1, 0}},         {{U'ᆲ', U'ᄑ'}, {1, 0}},         {{U'ᆳ', U'ᄐ'}, {1, 0}},
    {{U'ᆳ', U'ᄑ'}, {1, 0}},         {{U'ᆵ', U'ᄏ'}, {U'ᆸ', U'ᄑ'}}, {{U'ᆵ', U'ᄐ'}, {1, 0}},
    {{U'ᆵ', U'ᄑ'}, {1, 0}},         {{U'ᆹ', U'ᄏ'}, {U'ᆸ', U'ᄑ'}}, {{U'ᆹ', U'ᄐ'}, {1, 0}},
    {{U'ᆹ', U'ᄑ'}, {1, 0}},         {{U'ᇁ', U'ᄅ'}, {U'ᆫ', U'ᄂ'}}};

/// The stop that a final consonant or cluster is at the end of a word; 0: it is no stop.
char32_t stop_of(char32_t coda) {
  return std::u32string_view(U"ᆨᆩᆪᆰᆿ").find(coda) != std::u32string_view::npos     ? U'ᆨ'
         : std::u32string_view(U"ᆮᆺᆻᆽᆾᇀ").find(coda) != std::u32string_view::npos ? U'ᆮ'
         : std::u32string_view(U"ᆸᆵᆹᇁ").find(coda) != std::u32string_view::npos     ? U'ᆸ'
                                                                                        : 0;
}

Joint join_stop(char32_t coda, char32_t stop, char32_t onset) {
  switch (onset) {
    case U'ᄒ': {
      const char32_t breathed = coda == U'ᆽ' ? U'ᄎ' : mapped(stop, U"ᆨᆮᆸ", U"ᄏᄐᄑ");
      const char32_t rest = coda == U'ᆰ' ? U'ᆯ' : coda == U'ᆵ' || coda == U'ᆹ' ? U'ᆸ' : 0;
      return {rest, breathed};
    }
    case U'ᄂ':
    case U'ᄅ':
      return {mapped(stop, U"ᆨᆮᆸ", U"ᆼᆫᆷ"), U'ᄂ'};
    case U'ᄆ':
      return {mapped(stop, U"ᆨᆮᆸ", U"ᆼᆫᆷ"), onset};
    default:
      return {stop, mapped(onset, kPlain, kTense)};
  }
}

/// How a final consonant and an onset other than ᄋ are pronounced together.
Joint join(char32_t coda, char32_t onset) {
  if (const char32_t stop = stop_of(coda)) return join_stop(coda, stop, onset);
  const char32_t breathed = mapped(onset, U"ᄀᄃᄌᄉ", U"ᄏᄐᄎᄊ"),
                 tense = mapped(onset, kPlain, kTense);
  switch (coda) {
    case U'ᇂ':
      return onset == U'ᄂ' ? Joint{U'ᆫ', onset} : Joint{0, breathed};
    case U'ᆭ':
      return onset == U'ᄅ' ? Joint{U'ᆯ', onset} : Joint{U'ᆫ', breathed};
    case U'ᆶ':
      return {U'ᆯ', onset == U'ᄂ' ? U'ᄅ' : breathed};
    case U'ᆫ':
      return onset == U'ᄅ' ? Joint{U'ᆯ', onset} : Joint{coda, onset};
    case U'ᆬ':
      return onset == U'ᄅ'   ? Joint{U'ᆯ', onset}
             : onset == U'ᄒ' ? Joint{U'ᆫ', U'ᄎ'}
                              : Joint{U'ᆫ', onset};
    case U'ᆯ':
      return {coda, onset == U'ᄂ' ? U'ᄅ' : onset};
    case U'ᆱ':
      return {U'ᆷ', onset};
    case U'ᆲ':
      if (onset == U'ᄂ' || onset == U'ᄆ') return {U'ᆷ', onset};
      return {U'ᆯ', onset == U'ᄒ' ? U'ᄑ' : tense};
    case U'ᆳ':
      return {U'ᆯ', onset == U'ᄂ' ? U'ᄅ' : tense};
    case U'ᆴ':
      return {U'ᆯ', onset == U'ᄂ' ? U'ᄅ' : onset};
    case U'ᆷ':
    case U'ᆼ':
      return {coda, onset == U'ᄅ' ? U'ᄂ' : onset};
    default:
      return {coda, onset};
  }
}

/// A final consonant before a pause or a word that begins with a vowel.
char32_t alone(char32_t coda) {
  if (const char32_t stop = stop_of(coda)) return stop;
  return mapped(coda, U"ᆬᆭᆱᆲᆳᆴᆶᇂ", U"ᆫᆫᆷᆯᆯᆯᆯᆮ");
}

bool is_word_character(char32_t c) {
  return is_letter(c) || is_digit(c) || is_numeric(c) || c == '_';
}

/// Every final consonant with the onset behind it, across at most one blank.
std::u32string join_all(const std::u32string& in, bool compat) {
  std::u32string out;
  for (size_t i = 0; i < in.size(); ++i) {
    if (!is_coda(in[i])) {
      out += in[i];
      continue;
    }
    const bool blank = i + 1 < in.size() && in[i + 1] == ' ';
    const size_t next = i + (blank ? 2 : 1);
    if (next < in.size() && is_onset(in[next]) && in[next] != U'ᄋ') {
      // Before another word a cluster is one consonant first: 닭 한 마리 is 다칸마리.
      const bool apart = !compat && blank && in[next] == U'ᄒ';
      Joint joint = join(apart ? alone(in[i]) : in[i], in[next]);
      if (compat) {
        const auto slip = std::find_if(std::begin(kSlips), std::end(kSlips), [&](const Slip& s) {
          return s.from.coda == in[i] && s.from.onset == in[next];
        });
        if (slip != std::end(kSlips)) joint = slip->to;
        if (joint.coda == 1) joint = {blank ? alone(in[i]) : in[i], in[next]};
      }
      if (joint.coda != 0) out += joint.coda;
      if (blank) out += U' ';
      out += joint.onset;
      i = next;
    } else if (i + 1 == in.size() || !is_word_character(in[i + 1])) {
      out += alone(in[i]);
      if (compat && in[i] == U'ᆶ') ++i;  // g2pk2 loses what stands behind it
    } else {
      out += in[i];
    }
  }
  return out;
}

/// A final consonant moves to a following ᄋ.
std::u32string link(const std::u32string& in) {
  std::u32string out;
  for (size_t i = 0; i < in.size(); ++i) {
    out += in[i];
    if (!is_coda(in[i]) || i + 1 >= in.size() || in[i + 1] != U'ᄋ' || in[i] == U'ᆼ') continue;
    out.pop_back();
    static constexpr std::u32string_view kDouble = U"ᆪᆬᆰᆱᆲᆳᆴᆵᆹ",
                                         kStays = U"ᆨᆫᆯᆯᆯᆯᆯᆯᆸ",
                                         kMoves = U"ᄊᄌᄀᄆᄇᄊᄐᄑᄊ";
    static constexpr std::u32string_view kSingle = U"ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆽᆾᆿᇀᇁᇂᆭᆶ",
                                         kOnset = U"ᄀᄁᄂᄃᄅᄆᄇᄉᄊᄌᄎᄏᄐᄑᄋᄂᄅ";
    const size_t two = kDouble.find(in[i]);
    if (two != std::u32string_view::npos) {
      out += kStays[two];
      out += kMoves[two];
    } else {
      out += mapped(in[i], kSingle, kOnset);
    }
    ++i;
  }
  return out;
}

std::u32string without_marks(const std::u32string& in) {
  std::u32string out;
  for (size_t i = 0; i < in.size(); ++i) {
    const bool mark = in[i] == '/' && i + 1 < in.size() &&
                      std::u32string_view(U"PJEB").find(in[i + 1]) != std::u32string_view::npos;
    if (mark) {
      ++i;
    } else {
      out += in[i];
    }
  }
  return out;
}

}  // namespace

std::u32string apply_sound_rules(const std::u32string& annotated, bool compat) {
  static const std::vector<Rule> kRules[2] = {special_rules(false), special_rules(true)};
  std::u16string text = to_utf16(to_jamo(annotated));
  for (const Rule& rule : kRules[compat ? 1 : 0]) {
    text = rule.pattern.replace(
        text, [&](const Match& match) { return expand(rule.replacement, match); });
  }
  std::u32string out = link(join_all(without_marks(to_utf32(text)), compat));
  // 붙여 is 부처: behind what has come to stand before it, too, ㅕ is said without its glide.
  for (size_t i = 1; !compat && i < out.size(); ++i) {
    const bool behind =
        std::u32string_view(U"ᄌᄍᄎ").find(out[i - 1]) != std::u32string_view::npos;
    if (behind && out[i] == U'ᅧ') out[i] = U'ᅥ';
  }
  return out;
}

}  // namespace myna::text::ko
