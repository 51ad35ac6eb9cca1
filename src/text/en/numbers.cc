#include "text/en/numbers.h"

#include <vector>

namespace myna::text::en {
namespace {

constexpr const char* kOnes[] = {"zero",    "one",     "two",       "three",    "four",
                                 "five",    "six",     "seven",     "eight",    "nine",
                                 "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                 "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr const char* kTens[] = {"",      "",      "twenty",  "thirty", "forty",
                                 "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr const char* kScales[] = {"",           "thousand",    "million",     "billion",
                                   "trillion",   "quadrillion", "quintillion", "sextillion",
                                   "septillion", "octillion",   "nonillion",   "decillion"};

void add(std::string* out, std::string_view word) {
  if (!out->empty()) *out += ' ';
  *out += word;
}

/// Below 100.
std::string pair(int n) {
  if (n < 20) return kOnes[n];
  std::string out = kTens[n / 10];
  if (n % 10 != 0) add(&out, kOnes[n % 10]);
  return out;
}

std::string below_thousand(int n) {
  std::string out;
  if (n >= 100) {
    out = std::string(kOnes[n / 100]) + " hundred";
    n %= 100;
    if (n == 0) return out;
  }
  add(&out, pair(n));
  return out;
}

std::string_view stripped(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

/// The last word of a number in words becomes its ordinal.
std::string made_ordinal(const std::string& words) {
  const size_t space = words.find_last_of(" -");
  const std::string head = space == std::string::npos ? "" : words.substr(0, space + 1);
  const std::string last = space == std::string::npos ? words : words.substr(space + 1);
  struct Irregular {
    const char *cardinal, *ordinal;
  };
  static constexpr Irregular kIrregular[] = {
      {"one", "first"},    {"two", "second"}, {"three", "third"},   {"five", "fifth"},
      {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};
  for (const Irregular& i : kIrregular) {
    if (last == i.cardinal) return head + i.ordinal;
  }
  if (!last.empty() && last.back() == 'y') return head + last.substr(0, last.size() - 1) + "ieth";
  return head + last + "th";
}

}  // namespace

std::string digit_by_digit(std::string_view digits, bool zero) {
  std::string out;
  for (char c : digits) {
    if (c >= '0' && c <= '9') add(&out, c == '0' && !zero ? "oh" : kOnes[c - '0']);
  }
  return out;
}

std::string cardinal(std::string_view digits) {
  digits = stripped(digits);
  if (digits.empty()) return {};
  if (digits == "0") return "zero";
  constexpr size_t kScaleCount = sizeof(kScales) / sizeof(kScales[0]);
  if (digits.size() > 3 * kScaleCount) return digit_by_digit(digits);
  std::string out;
  size_t groups = (digits.size() + 2) / 3, at = 0;
  for (size_t g = groups; g-- > 0;) {
    size_t length = digits.size() - at - 3 * g;
    int n = 0;
    for (size_t i = 0; i < length; ++i) n = n * 10 + (digits[at + i] - '0');
    at += length;
    if (n == 0) continue;
    add(&out, below_thousand(n));
    if (g > 0) add(&out, kScales[g]);
  }
  return out;
}

std::string ordinal(std::string_view digits) { return made_ordinal(cardinal(digits)); }

std::string year(std::string_view digits) {
  if (digits.size() != 4 || digits[0] == '0') return cardinal(digits);
  int high = (digits[0] - '0') * 10 + (digits[1] - '0');
  int low = (digits[2] - '0') * 10 + (digits[3] - '0');
  if (high % 10 == 0 && low < 10) return cardinal(digits);  // 2000 ... 2009
  if (low == 0) return pair(high) + " hundred";
  return pair(high) + (low < 10 ? " oh " : " ") + pair(low);
}

std::string decimal(std::string_view number) {
  size_t dot = number.find('.');
  std::string out = dot == 0 ? "zero" : cardinal(number.substr(0, dot));
  if (dot != std::string_view::npos && dot + 1 < number.size())
    out += " point " + digit_by_digit(number.substr(dot + 1));
  return out;
}

std::string inflected_cardinal(std::string_view digits, bool with_and) {
  digits = stripped(digits);
  if (digits == "0") return "zero";
  const auto below_hundred = [](int n) {
    std::string out = n < 20 ? kOnes[n] : kTens[n / 10];
    if (n > 20 && n % 10 != 0) out += std::string("-") + kOnes[n % 10];
    return out;
  };
  constexpr size_t kScaleCount = sizeof(kScales) / sizeof(kScales[0]);
  if (digits.size() > 3 * kScaleCount) return digit_by_digit(digits);
  const size_t groups = (digits.size() + 2) / 3;
  std::string out;
  size_t at = 0;
  for (size_t g = groups; g-- > 0;) {
    const size_t length = digits.size() - at - 3 * g;
    int n = 0;
    for (size_t i = 0; i < length; ++i) n = n * 10 + (digits[at + i] - '0');
    at += length;
    if (n == 0) continue;
    std::string part;
    if (n >= 100) part = std::string(kOnes[n / 100]) + " hundred";
    if (n % 100 != 0) {
      if (n >= 100) part += with_and ? " and " : " ";
      part += below_hundred(n % 100);
    }
    if (g > 0) part += std::string(" ") + kScales[g];
    // The last group without hundreds follows with "and" and no comma: one thousand and ten.
    if (!out.empty()) out += g == 0 && n < 100 ? (with_and ? " and " : " ") : ", ";
    out += part;
  }
  return out;
}

std::string inflected_ordinal(std::string_view digits) {
  return made_ordinal(inflected_cardinal(digits));
}

std::string ordinal_figures(std::string_view digits) {
  const char last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  const char* tail = teen          ? "th"
                     : last == '1' ? "st"
                     : last == '2' ? "nd"
                     : last == '3' ? "rd"
                                   : "th";
  return std::string(digits) + tail;
}

std::string digit_pairs(std::string_view digits) {
  std::string out;
  for (size_t at = 0; at < digits.size(); at += 2) {
    const std::string_view part = digits.substr(at, 2);
    if (!out.empty()) out += ", ";
    if (part.size() == 2 && part[0] == '0') {
      out += part[1] == '0' ? "oh oh" : std::string("oh ") + kOnes[part[1] - '0'];
    } else {
      out += inflected_cardinal(part);
    }
  }
  return out;
}

std::string reference_number(std::string_view digits) {
  digits = stripped(digits);
  const int value = digits.size() > 4 ? 10000 : std::stoi(std::string(digits));
  if (value <= 1000 || value >= 3000 || value == 2000) return inflected_cardinal(digits, false);
  if (value > 2000 && value < 2010) return "two thousand " + inflected_cardinal(digits.substr(3));
  if (value % 100 == 0) return inflected_cardinal(digits.substr(0, 2)) + " hundred";
  std::string out = digit_pairs(digits);
  out.erase(out.find(','), 1);
  return out;
}

}  // namespace myna::text::en
