#include "text/zh/numbers.h"

namespace myna::text::zh {
namespace {

constexpr char16_t kDigits[] = u"零一二三四五六七八九";

std::u16string_view without_leading_zeros(std::u16string_view digits) {
  while (!digits.empty() && digits.front() == u'0') digits.remove_prefix(1);
  return digits;
}

/// Largest unit first; a number of many digits repeats 亿.
struct Unit {
  size_t power;
  const char16_t* name;
};
constexpr Unit kUnits[] = {{8, u"亿"}, {4, u"万"}, {3, u"千"}, {2, u"百"}, {1, u"十"}};

std::u16string value_of(std::u16string_view digits, bool zero_before) {
  std::u16string_view stripped = without_leading_zeros(digits);
  if (stripped.empty()) return {};
  std::u16string out;
  if (stripped.size() == 1) {
    if (zero_before && stripped.size() < digits.size()) out += u'零';
    out += kDigits[stripped[0] - u'0'];
    return out;
  }
  for (const Unit& unit : kUnits) {
    if (stripped.size() <= unit.power) continue;
    if (zero_before && stripped.size() < digits.size()) out += u'零';
    size_t head = stripped.size() - unit.power;
    out += value_of(stripped.substr(0, head), true);
    out += unit.name;
    out += value_of(stripped.substr(head), true);
    return out;
  }
  return out;
}

}  // namespace

std::u16string digit_by_digit(std::u16string_view digits, bool yao) {
  std::u16string out;
  for (char16_t c : digits) {
    if (c >= u'0' && c <= u'9') out += yao && c == u'1' ? u'幺' : kDigits[c - u'0'];
  }
  return out;
}

std::u16string cardinal(std::u16string_view digits) {
  std::u16string ascii;
  for (const char16_t c : digits)
    if (c >= u'0' && c <= u'9') ascii += c;
  if (ascii.empty()) return {};
  std::u16string out = value_of(without_leading_zeros(ascii), true);
  if (out.empty()) return u"零";
  if (out.size() >= 2 && out[0] == u'一' && out[1] == u'十') out.erase(0, 1);
  return out;
}

std::u16string decimal(std::u16string_view number, bool keep_zeros) {
  size_t dot = number.find(u'.');
  std::u16string_view whole = number.substr(0, dot);
  std::u16string out = whole.empty() ? u"零" : cardinal(whole);
  if (dot == std::u16string_view::npos) return out;
  std::u16string_view fraction = number.substr(dot + 1);
  if (!keep_zeros) {
    while (fraction.size() > 1 && fraction.back() == u'0' && fraction[fraction.size() - 2] == u'0')
      fraction.remove_suffix(1);
  }
  if (!fraction.empty()) out += u"点" + digit_by_digit(fraction);
  return out;
}

}  // namespace myna::text::zh
