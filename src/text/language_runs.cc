#include "text/language_runs.h"

#include <algorithm>

#include "text/unicode.h"

namespace myna::text {
namespace {

enum class Kind { kHan, kKana, kHangul, kLatin, kDigit, kOther };

Kind kind_of(char32_t c) {
  if (is_han(c)) return Kind::kHan;
  if (is_kana(c)) return Kind::kKana;
  if (is_hangul(c)) return Kind::kHangul;
  if (is_latin(c) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A))
    return Kind::kLatin;
  if (is_digit(c)) return Kind::kDigit;
  return Kind::kOther;
}

Language han_language(Mode mode, bool has_kana, bool has_hangul, bool has_han) {
  switch (mode) {
    case Mode::kJa:
    case Mode::kAllJa:
      return Language::kJa;
    case Mode::kYue:
    case Mode::kAllYue:
    case Mode::kAutoYue:
      return has_kana && mode == Mode::kAutoYue ? Language::kJa : Language::kYue;
    case Mode::kKo:
    case Mode::kAllKo:
      return Language::kKo;
    case Mode::kAuto:
      return has_kana ? Language::kJa : !has_han && has_hangul ? Language::kKo : Language::kZh;
    default:
      return Language::kZh;
  }
}

/// Letter units that a Mandarin reader names in Mandarin after a number.
bool is_unit(std::u32string_view word) {
  static constexpr std::u32string_view kUnits[] = {
      U"km", U"cm",  U"mm",  U"nm",  U"um",  U"kg",  U"mg",  U"ml",  U"mL",  U"kWh", U"kW",  U"kw",
      U"m",  U"g",   U"t",   U"L",   U"s",   U"h",   U"W",   U"V",   U"MHz", U"GHz", U"kHz", U"Hz",
      U"dB", U"db",  U"ms",  U"min", U"mAh", U"kwh", U"hz",  U"C",   U"F",   U"m²",  U"m³",  U"m2",
      U"m3", U"cm²", U"cm³", U"cm2", U"cm3", U"km²", U"km2", U"mm²", U"m/s", U"km/h"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

bool is_token_part(char32_t c, Kind kind) {
  return kind == Kind::kLatin || kind == Kind::kDigit ||
         (c < 0x80 && std::u32string_view(U"@._/:-+#&'").find(c) != std::u32string_view::npos);
}

/// Whether the digits of this token are read in English inside native text: addresses, B2B, H2O.
bool is_english_token(std::u32string_view token, const Kind* kinds) {
  if (token.find(U'@') != std::u32string_view::npos ||
      token.find(U"://") != std::u32string_view::npos ||
      token.substr(0, 4) == std::u32string_view(U"www.")) {
    return true;
  }
  for (size_t i = 1; i + 1 < token.size(); ++i) {
    if (kinds[i] == Kind::kDigit && kinds[i - 1] == Kind::kLatin && kinds[i + 1] == Kind::kLatin)
      return true;
  }
  return false;
}

/// Number of words of two lower-case letters or more in the Latin stretch around `at`.
size_t phrase_words(const std::u32string& text, const std::vector<Kind>& kinds, size_t at) {
  auto inside = [&](size_t i) {
    return kinds[i] == Kind::kLatin || kinds[i] == Kind::kDigit || text[i] < 0x80;
  };
  size_t begin = at, end = at;
  while (begin > 0 && inside(begin - 1)) --begin;
  while (end < text.size() && inside(end)) ++end;
  size_t words = 0, run = 0;
  for (size_t i = begin; i <= end; ++i) {
    if (i < end && text[i] >= 'a' && text[i] <= 'z') {
      ++run;
    } else {
      words += run >= 2;
      run = 0;
    }
  }
  return words;
}

/// The language of each character.
std::vector<int> find_languages(const std::u32string& text, Mode mode) {
  size_t n = text.size();
  std::vector<Kind> kinds(n);
  bool has[6] = {};
  for (size_t i = 0; i < n; ++i) has[static_cast<int>(kinds[i] = kind_of(text[i]))] = true;
  bool has_han = has[0], has_kana = has[1], has_hangul = has[2], has_latin = has[3];
  Language native = han_language(mode, has_kana, has_hangul, has_han);
  bool letters = has_han || has_kana || has_hangul;
  if (mode == Mode::kEn || (!letters && has_latin))
    return std::vector<int>(n, static_cast<int>(Language::kEn));
  if (!has_latin && !has_kana && !has_hangul) return std::vector<int>(n, static_cast<int>(native));

  // Letters decide; -1 marks what takes the language of its surroundings.
  const int en = static_cast<int>(Language::kEn), own = static_cast<int>(native);
  std::vector<int> language(n, -1);
  for (size_t i = 0; i < n;) {
    size_t j = i + 1;
    if (kinds[i] == Kind::kHan) {
      language[i] = own;
    } else if (kinds[i] == Kind::kKana) {
      language[i] = static_cast<int>(Language::kJa);
    } else if (kinds[i] == Kind::kHangul) {
      language[i] = static_cast<int>(Language::kKo);
    } else if (kinds[i] == Kind::kLatin || kinds[i] == Kind::kDigit) {
      while (j < n && is_token_part(text[j], kinds[j])) ++j;
      std::u32string_view token = std::u32string_view(text).substr(i, j - i);
      bool english = is_english_token(token, &kinds[i]) || phrase_words(text, kinds, i) >= 3;
      for (size_t k = i; k < j;) {
        size_t end = k + 1;
        if (kinds[k] == Kind::kLatin) {
          while (end < n && (kinds[end] == Kind::kLatin || text[end] == U'²' || text[end] == U'³' ||
                             (text[end] == '/' && end + 1 < j && kinds[end + 1] == Kind::kLatin)))
            ++end;
          size_t before = k;
          while (before > 0 && text[before - 1] == ' ') --before;
          bool number =
              before > 0 && (kinds[before - 1] == Kind::kDigit || text[before - 1] == U'°');
          bool unit = !english && number && is_unit(std::u32string_view(text).substr(k, end - k));
          for (size_t q = k; q < end; ++q) language[q] = unit ? own : en;
        } else if (english || kinds[k] == Kind::kDigit) {
          language[k] = english ? en : own;
        }
        k = end;
        j = std::max(j, k);
      }
    }
    i = j;
  }
  // Marks and blanks: inside one language they belong to it, else to what stands before them; signs
  // of arithmetic beside a number go with the number.
  std::vector<int> filled = language;
  for (size_t i = 0; i < n; ++i) {
    if (language[i] >= 0) continue;
    size_t j = i;
    while (j < n && language[j] < 0) ++j;
    int left = i > 0 ? language[i - 1] : -1, right = j < n ? language[j] : -1;
    int value = left < 0 ? right : left;
    bool before_number = j < n && kinds[j] == Kind::kDigit && text[j - 1] != ' ';
    if (left == en && right == own && before_number) {
      size_t sign = j;
      while (sign > i && std::u32string_view(U"-−+±≈><≥≤=√$€£¥￥").find(text[sign - 1]) !=
                             std::u32string_view::npos)
        --sign;
      for (size_t k = i; k < sign; ++k) filled[k] = value;
      for (size_t k = sign; k < j; ++k) filled[k] = right;
    } else {
      for (size_t k = i; k < j; ++k) filled[k] = value < 0 ? own : value;
    }
    i = j - 1;
  }
  return filled;
}

}  // namespace

std::vector<RawRun> split_languages(const std::u32string& text, Mode mode,
                                    const std::vector<std::optional<Language>>& forced) {
  std::vector<int> languages = find_languages(text, mode);
  for (size_t i = 0; i < forced.size(); ++i) {
    if (forced[i]) languages[i] = static_cast<int>(*forced[i]);
  }
  std::vector<RawRun> runs;
  for (size_t i = 0; i < text.size(); ++i) {
    auto current = static_cast<Language>(languages[i]);
    if (runs.empty() || runs.back().language != current) runs.push_back({current, {}});
    runs.back().text.push_back(text[i]);
  }
  return runs;
}

}  // namespace myna::text
