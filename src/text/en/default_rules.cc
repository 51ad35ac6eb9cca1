// Myna's own reading of English text: the parts together, signs, and what is left at the end.
#include <algorithm>

#include "text/en/rule_set.h"
#include "text/unicode.h"

namespace myna::text::en {
namespace {

using Str = std::u16string;

char32_t fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c == 0x2018 || c == 0x2019 || c == 0x02BC) return '\'';
  if (c >= 0x2080 && c <= 0x2089) return U'0' + (c - 0x2080);  // H₂O
  return is_space(c) ? U' ' : plain_digit(c);
}

struct Sign {
  const char16_t *pattern, *words;
};
constexpr Sign kSigns[] = {{u"≈", u" is about "},      {u"≥", u" is at least "},
                           {u"≤", u" is at most "},    {u">", u" is greater than "},
                           {u"<", u" is less than "},  {u"≠", u" is not "},
                           {u"±", u" plus or minus "}, {u"√", u" the square root of "},
                           {u"[αΑ]", u" alpha "},      {u"[βΒ]", u" beta "},
                           {u"[γΓ]", u" gamma "},      {u"[δΔ∆]", u" delta "},
                           {u"[εΕϵ]", u" epsilon "},   {u"[ζΖ]", u" zeta "},
                           {u"[ηΗ]", u" eta "},        {u"[θΘ]", u" theta "},
                           {u"[κΚ]", u" kappa "},      {u"[λΛ]", u" lambda "},
                           {u"[μµ]", u" mu "},         {u"[νΝ]", u" nu "},
                           {u"[ξΞ]", u" xi "},         {u"[πΠ]", u" pi "},
                           {u"[ρΡ]", u" rho "},        {u"[σςΣ]", u" sigma "},
                           {u"[τΤ]", u" tau "},        {u"[φϕΦ]", u" phi "},
                           {u"[χΧ]", u" chi "},        {u"[ψΨ]", u" psi "},
                           {u"[ωΩΩ]", u" omega "},     {u"²", u" squared "},
                           {u"³", u" cubed "},         {u"%", u" percent "},
                           {u"&", u" and "},           {u"@", u" at "},
                           {u"[+]", u" plus "},        {u"\\bplus\\s+plus\\b", u"plus plus"}};

/// Letters that are no accented a-z.
struct Spelling {
  char16_t letter;
  const char16_t* letters;
};
constexpr Spelling kSpellings[] = {{u'ß', u"ss"}, {u'æ', u"e"},  {u'œ', u"e"},  {u'Æ', u"E"},
                                   {u'Œ', u"E"},  {u'ø', u"o"},  {u'Ø', u"O"},  {u'ł', u"l"},
                                   {u'Ł', u"L"},  {u'đ', u"d"},  {u'ð', u"d"},  {u'Đ', u"D"},
                                   {u'Ð', u"D"},  {u'þ', u"th"}, {u'Þ', u"Th"}, {u'ı', u"i"}};

/// What the character at `i`, which is no letter a-z, becomes.
Str mark_of(const Str& text, size_t i) {
  const auto letter = [&](size_t k) { return k < text.size() && is_latin(text[k]); };
  const char16_t c = text[i];
  const bool between = i > 0 && letter(i - 1) && letter(i + 1);
  if ((c == u'\'' || c == u'-') && between) return Str(1, c);
  if (c == u'.' && between) {
    // "U.S.A" and "node.js": letters join, words are parted.
    const bool single = i < 2 || !letter(i - 2) || !letter(i + 2);
    return single ? u" " : u" dot ";
  }
  if (Str(u".,?!").find(c) != Str::npos) return Str(1, c);
  if (c == u'。' || c == u'…') return u".";
  if (Str(u";:、，()[]").find(c) != Str::npos) return u",";
  if (c == u'—' || c == u'–' || (c == u'-' && i > 0 && text[i - 1] == u' ')) return u"- ";
  for (const Spelling& s : kSpellings) {
    if (c == s.letter) return s.letters;
  }
  return u" ";
}

/// Letters a-z and marks only.
Str letters_and_marks(const Str& text) {
  const Str bare = to_utf16(strip_marks(to_utf32(text)));
  Str out;
  for (size_t i = 0; i < bare.size(); ++i) {
    out += bare[i] < 0x80 && is_latin(bare[i]) ? Str(1, bare[i]) : mark_of(bare, i);
  }
  return out;
}

}  // namespace

RuleSet default_rules() {
  RuleSet set;
  set.fold = fold;
  RewriteRules* rules = &set.rules;
  add_addresses(rules);  // nothing else may look into them
  add_abbreviations(rules);
  add_dates_and_times(rules);
  add_money_and_names(rules);
  add_quantities(rules);
  for (const Sign& sign : kSigns) rules->add(sign.pattern, Str(sign.words));
  rules->add_step(letters_and_marks);
  const auto first = [](const Match& m) { return m.group(1); };
  rules->add(u"\\s+", u" ");
  rules->add(u"\\s+([.,?!])", first);
  rules->add(u"([.,?!\\-])(?:\\s*[.,?!\\-])+", first);
  rules->add(u"([.,?!])(?=[A-Za-z])", [](const Match& m) { return m.group(1) + u" "; });
  rules->add(u"^[,\\s]+", u"");
  rules->add_step(stripped);
  return set;
}

}  // namespace myna::text::en
