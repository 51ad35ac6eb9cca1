#include "text/say_as_words.h"

#include <algorithm>
#include <array>

#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/ko/numbers.h"
#include "text/unicode.h"
#include "text/zh/numbers.h"

namespace myna::text {
namespace {

struct SignName {
  char32_t sign;
  std::array<const char*, kLanguageCount> names;  ///< in the order of Language
};
constexpr SignName kSigns[] = {{'-', {"杠", "dash", "ハイフン", "하이픈", "橫線"}},
                               {'.', {"点", "dot", "ドット", "점", "點"}},
                               {'@', {"艾特", "at", "アットマーク", "골뱅이", "at"}},
                               {'/', {"斜杠", "slash", "スラッシュ", "슬래시", "斜線"}},
                               {'_', {"下划线", "underscore", "アンダーバー", "밑줄", "底線"}},
                               {'+', {"加", "plus", "プラス", "더하기", "加"}},
                               {'#', {"井号", "hash", "シャープ", "샵", "井號"}},
                               {'*', {"星号", "star", "アスタリスク", "별표", "星號"}},
                               {':', {"冒号", "colon", "コロン", "콜론", "冒號"}},
                               {'&', {"和", "and", "アンド", "앤드", "和"}},
                               {'=', {"等于", "equals", "イコール", "이퀄", "等於"}},
                               {'%', {"百分号", "percent", "パーセント", "퍼센트", "百分號"}}};

std::string zh_cardinal(const std::string& digits, bool fraction) {
  const std::u16string wide = to_utf16(std::string_view(digits));
  const std::u16string read = fraction ? zh::decimal(wide) : zh::cardinal(wide);
  return to_utf8(read.empty() ? u"零" : read);
}

/// 千二百三十四, 一万百十: one is said before ten thousands only.
std::string ja_cardinal(std::string digits) {
  static constexpr const char* kDigits[] = {"",   "一", "二", "三", "四",
                                            "五", "六", "七", "八", "九"};
  static constexpr const char* kPlaces[] = {"", "十", "百", "千"};
  static constexpr const char* kScales[] = {"", "万", "億", "兆"};
  constexpr size_t kLongest = 16;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "ゼロ";
  std::string out;
  if (digits.size() > kLongest) {
    for (const char c : digits) out += digit_name(c, Language::kJa);
    return out;
  }
  bool any = false;  // in this group of four
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t place = digits.size() - 1 - i;
    const int value = digits[i] - '0';
    if (value > 0) {
      if (value > 1 || place % 4 == 0) out += kDigits[value];
      out += kPlaces[place % 4];
      any = true;
    }
    if (place % 4 != 0) continue;
    if (any) out += kScales[place / 4];
    any = false;
  }
  return out;
}

std::string ko_cardinal(const std::string& digits) {
  return encode_utf8(ko::sino(decode_utf8(digits)));
}

std::string date_with(const SaidDate& date, const char* year, const char* month, const char* day) {
  std::string out;
  const auto add = [&](int value, const char* unit) {
    if (value > 0) out += std::to_string(value) + unit;
  };
  add(date.year, year);
  add(date.month, month);
  add(date.day, day);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string en_date(const SaidDate& date) {
  std::string out = date.month > 0 ? en::month_of_number(std::to_string(date.month)) : "";
  if (date.day > 0) out += " " + en::ordinal(std::to_string(date.day));
  if (date.year == 0) return out;
  if (!out.empty()) out += date.day > 0 ? ", " : " ";
  return out + en::year(std::to_string(date.year));
}

/// A digit of a telephone number; where it differs from its name.
std::string telephone_digit(char digit, Language language) {
  if (language == Language::kZh && digit == '1') return "幺";
  if (language == Language::kKo && digit == '0') return "공";
  return digit_name(digit, language);
}

}  // namespace

std::string cardinal_words(const SaidNumber& number, Language language) {
  switch (language) {
    case Language::kEn:
      return (number.negative ? "minus " : "") +
             (number.fraction ? en::decimal(number.digits) : en::cardinal(number.digits));
    case Language::kJa:
      return (number.negative ? "マイナス" : "") +
             (number.fraction ? number.digits : ja_cardinal(number.digits));
    case Language::kKo:
      return (number.negative ? "마이너스 " : "") +
             (number.fraction ? number.digits : ko_cardinal(number.digits));
    default:
      return (number.negative ? "负" : "") + zh_cardinal(number.digits, number.fraction);
  }
}

std::string ordinal_words(const SaidNumber& number, Language language) {
  switch (language) {
    case Language::kEn:
      return en::ordinal(number.digits);
    case Language::kJa:
      return "第" + ja_cardinal(number.digits);
    case Language::kKo: {
      std::string digits = number.digits;
      digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
      if (digits == "1") return "첫 번째";
      return (digits.empty() ? "영" : encode_utf8(ko::native(decode_utf8(digits)))) + " 번째";
    }
    default:
      return "第" + zh_cardinal(number.digits, false);
  }
}

std::string date_words(const SaidDate& date, Language language) {
  if (language == Language::kEn) return en_date(date);
  if (language == Language::kKo) return date_with(date, "년 ", "월 ", "일");
  return date_with(date, "年", "月", "日");
}

std::string telephone_words(const std::vector<std::string>& groups, Language language) {
  const bool blanks = language == Language::kEn;
  const std::string pause = language == Language::kEn || language == Language::kKo ? ", "
                            : language == Language::kJa                            ? "、"
                                                                                   : "，";
  std::string out;
  bool after_plus = false;
  for (const std::string& group : groups) {
    if (group == "+") {
      out = *sign_name('+', language) + (blanks || language == Language::kKo ? " " : "");
      after_plus = true;
      continue;
    }
    if (!out.empty() && !after_plus) out += pause;
    after_plus = false;
    for (size_t i = 0; i < group.size(); ++i) {
      if (blanks && i > 0) out += ' ';
      out += telephone_digit(group[i], language);
    }
  }
  return out;
}

std::string digit_name(char digit, Language language) {
  static constexpr const char* kKana[] = {"ゼロ", "イチ", "ニー", "サン", "ヨン",
                                          "ゴー", "ロク", "ナナ", "ハチ", "キュー"};
  const std::string one(1, digit);
  switch (language) {
    case Language::kEn:
      return en::digit_by_digit(one);
    case Language::kJa:
      return kKana[digit - '0'];
    case Language::kKo:
      return encode_utf8(ko::digits_one_by_one(decode_utf8(one)));
    default:
      return to_utf8(zh::digit_by_digit(to_utf16(std::string_view(one))));
  }
}

std::optional<std::string> sign_name(char32_t sign, Language language) {
  const auto* found = std::find_if(std::begin(kSigns), std::end(kSigns),
                                   [&](const SignName& s) { return s.sign == sign; });
  if (found == std::end(kSigns)) return std::nullopt;
  return found->names[static_cast<size_t>(language)];
}

}  // namespace myna::text
