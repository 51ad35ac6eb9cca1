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
      U"km",  U"cm", U"mm", U"nm", U"um", U"kg",  U"mg",  U"ml",  U"mL", U"kWh", U"kW",
      U"kw",  U"m",  U"g",  U"t",  U"L",  U"s",   U"h",   U"W",   U"V",  U"MHz", U"GHz",
      U"kHz", U"Hz", U"dB", U"db", U"ms", U"min", U"mAh", U"kwh", U"hz", U"C",   U"F"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

}  // namespace

std::vector<RawRun> split_languages(const std::u32string& text, Mode mode) {
  size_t n = text.size();
  std::vector<Kind> kinds(n);
  bool has[6] = {};
  for (size_t i = 0; i < n; ++i) has[static_cast<int>(kinds[i] = kind_of(text[i]))] = true;
  bool has_han = has[0], has_kana = has[1], has_hangul = has[2], has_latin = has[3];
  Language native = han_language(mode, has_kana, has_hangul, has_han);
  bool fixed = mode == Mode::kEn || (!has_han && !has_kana && !has_hangul &&
                                     (has_latin || mode == Mode::kAuto || mode == Mode::kAutoYue) &&
                                     (has_latin || mode == Mode::kEn));
  if (fixed) return {{Language::kEn, text}};
  if (!has_latin && !has_kana && !has_hangul) return {{native, text}};

  // Letters decide; -1 marks what takes the language of its surroundings.
  std::vector<int> language(n, -1);
  for (size_t i = 0; i < n;) {
    size_t j = i + 1;
    switch (kinds[i]) {
      case Kind::kHan:
        language[i] = static_cast<int>(native);
        break;
      case Kind::kKana:
        language[i] = static_cast<int>(Language::kJa);
        break;
      case Kind::kHangul:
        language[i] = static_cast<int>(Language::kKo);
        break;
      case Kind::kLatin: {
        while (j < n && (kinds[j] == Kind::kLatin ||
                         ((text[j] == '/' || text[j] == U'²' || text[j] == U'³') && j + 1 <= n)))
          ++j;
        size_t before = i;
        while (before > 0 && text[before - 1] == ' ') --before;
        bool after_number =
            before > 0 && (kinds[before - 1] == Kind::kDigit || text[before - 1] == U'°');
        bool unit = after_number && is_unit(std::u32string_view(text).substr(i, j - i));
        // After the number and its unit the text must go on in the native script or a mark.
        bool joined = j < n && kinds[j] == Kind::kDigit;
        for (size_t k = i; k < j; ++k) {
          language[k] = static_cast<int>(unit && !joined ? native : Language::kEn);
        }
        break;
      }
      default:
        break;
    }
    i = j;
  }
  // Numbers: with a letter directly beside them they are part of that word ("GPT4", "4K", "B2B");
  // otherwise they are read in the language of the letters around, native when these differ.
  const int en = static_cast<int>(Language::kEn);
  std::vector<int> filled = language;
  for (size_t i = 0; i < n; ++i) {
    if (language[i] >= 0) continue;
    size_t j = i;
    while (j < n && language[j] < 0) ++j;
    int left = i > 0 ? language[i - 1] : -1, right = j < n ? language[j] : -1;
    bool number = std::any_of(kinds.begin() + static_cast<std::ptrdiff_t>(i),
                              kinds.begin() + static_cast<std::ptrdiff_t>(j),
                              [](Kind k) { return k == Kind::kDigit; });
    for (size_t k = i; k < j; ++k) {
      int value;
      if (left < 0 || right < 0 || left == right) {
        value = left < 0 ? right : left;
        if (value < 0) value = static_cast<int>(native);
      } else if (!number) {
        value = left;  // marks close what stands before them
      } else {
        // Digits glued to a Latin word stay with it; all else of the stretch is native.
        bool glued_left = left == en, glued_right = right == en;
        for (size_t q = i; q < k + 1 && glued_left; ++q) {
          glued_left = kinds[q] == Kind::kDigit || text[q] == '.' || text[q] == '-';
        }
        for (size_t q = k; q < j && glued_right; ++q) {
          glued_right = kinds[q] == Kind::kDigit || text[q] == '.';
        }
        value = glued_left || glued_right ? en : left == en ? right : left;
      }
      filled[k] = value;
    }
    i = j;
  }
  std::vector<RawRun> runs;
  for (size_t i = 0; i < n; ++i) {
    auto current = static_cast<Language>(filled[i]);
    if (runs.empty() || runs.back().language != current) runs.push_back({current, {}});
    runs.back().text.push_back(text[i]);
  }
  return runs;
}

}  // namespace myna::text
