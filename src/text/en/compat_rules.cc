// The reference's reading of English text. Numbers become the words of Python's inflect: hyphens in
// twenty-one, commas between thousands.
#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/en/rule_set.h"
#include "text/unicode.h"

namespace myna::text::en {
namespace {

using Str = std::u16string;

char32_t fold(char32_t c) {
  switch (c) {
    case U'。':
      return U'.';
    case U'！':
      return U'!';
    case U'？':
      return U'?';
    default:
      return c > 0x7F && is_digit(c) ? U'_' : c;  // what is dropped in the end, as there
  }
}

std::string without_leading_zeros(const std::string& digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0" : digits.substr(first);
}

/// Five o'clock in the reference has its half of the day.
std::string clock(const Groups& m) {
  int hour = std::stoi(m[1]);
  const int minute = std::stoi(m[2]);
  const std::string half = hour < 12 ? "a.m." : "p.m.";
  if (hour > 12) hour -= 12;
  const std::string words = inflected_cardinal(std::to_string(hour));
  if (minute == 0) return words + " o'clock " + half;
  return words + " " + inflected_cardinal(std::to_string(minute)) + " " + half;
}

struct Unit {
  const char *symbol, *one, *many;
};
constexpr Unit kUnits[] = {{"m", "meter", "meters"},
                           {"km", "kilometer", "kilometers"},
                           {"km/h", "kilometer per hour", "kilometers per hour"},
                           {"ft", "foot", "feet"},
                           {"L", "liter", "liters"},
                           {"tbsp", "tablespoon", "tablespoons"},
                           {"tsp", "teaspoon", "teaspoons"},
                           {"h", "hour", "hours"},
                           {"min", "minute", "minutes"},
                           {"s", "second", "seconds"},
                           {"°C", "degree celsius", "degrees celsius"},
                           {"°F", "degree fahrenheit", "degrees fahrenheit"}};

std::string measure(const Groups& m) {
  const std::string symbol = m[3];
  const std::string number = m[1].substr(0, m[1].size() - symbol.size());
  const bool one = !m.has(2) && without_leading_zeros(number) == "1";
  for (const Unit& u : kUnits) {
    if (symbol == u.symbol) return number + " " + (one ? u.one : u.many);
  }
  return m[0];
}

/// "12.5" -> "12 dollars and 50 cents".
std::string money(const std::string& amount, const char* one, const char* many, const char* cent,
                  const char* cents) {
  const size_t dot = amount.find('.');
  if (dot != std::string::npos && amount.find('.', dot + 1) != std::string::npos)
    return amount + " " + many;
  const std::string whole = without_leading_zeros(amount.substr(0, dot));
  std::string part = dot == std::string::npos ? "" : amount.substr(dot + 1);
  if (part.size() == 1) part += '0';
  part = without_leading_zeros(part);
  const std::string first = whole == "0" ? "" : whole + " " + (whole == "1" ? one : many);
  const std::string second = part == "0" ? "" : part + " " + (part == "1" ? cent : cents);
  if (first.empty() && second.empty()) return std::string("zero ") + many;
  return first + (first.empty() || second.empty() ? "" : " and ") + second;
}

std::string decimal_point(const Groups& m) {
  const std::string number = m[1];
  const size_t dot = number.find('.');
  std::string out = number.substr(0, dot) + " point";
  for (const char c : number.substr(dot + 1)) out += std::string(" ") + c;
  return out;
}

std::string fraction(const Groups& m) {
  const std::string above = without_leading_zeros(m[1]), below = without_leading_zeros(m[2]);
  const std::string first = inflected_cardinal(above);
  if (below == "1") return first;
  if (below == "2") return first + (above == "1" ? " half" : " halves");
  return first + " " + inflected_ordinal(below) + (above == "0" || above == "1" ? "" : "s");
}

void add_signs(RewriteRules* rules) {
  add_rule(rules, u"\\b([0-9]+)\\. ", [](const Groups& m) { return ordinal_figures(m[1]) + ", "; });
  const Str power = u"[⁰¹²³⁴⁵⁶⁷⁸⁹ˣʸⁿ]*";
  const Str operand = u"((?:-?\\d+(?:\\.\\d+)?|\\.\\d+|[A-Za-z])" + power + u")";
  rules->add_repeated(operand + u"\\s+([+\\-×÷=])\\s+" + operand, [](const Match& m) {
    const Str op = m.group(2);
    return m.group(1) +
           (op == u"+"   ? u" plus "
            : op == u"-" ? u" minus "
            : op == u"×" ? u" times "
            : op == u"÷" ? u" divided by "
                         : u" Equals ") +
           m.group(3);
  });
  rules->add(u"(?:^|\\s+)-(?=\\d)", u"negative ");
}

void add_numbers(RewriteRules* rules) {
  add_rule(rules, u"([0-9][0-9,]+[0-9])", [](const Groups& m) { return plain(m[1]); });
  add_rule(rules, u"\\b([01]?[0-9]|2[0-3]):([0-5][0-9])\\b", clock);
  add_rule(rules, u"\\b([0-9]+(\\.[0-9]+)?(m|km|km/h|ft|L|tbsp|tsp|h|min|s|°C|°F))\\b", measure);
  const auto pounds = [](const Groups& m) {
    return money(m[1], "pound", "pounds", "penny", "pence");
  };
  const auto dollars = [](const Groups& m) {
    return money(m[1], "dollar", "dollars", "cent", "cents");
  };
  add_rule(rules, u"£([0-9.,]*[0-9]+)", pounds);
  add_rule(rules, u"([0-9.,]*[0-9]+)£", pounds);
  add_rule(rules, u"\\$([0-9.,]*[0-9]+)", dollars);
  add_rule(rules, u"([0-9.,]*[0-9]+)\\$", dollars);
  add_rule(rules, u"([0-9]+\\.[0-9]+)", decimal_point);
  add_rule(rules, u"([0-9]+)/([0-9]+)", fraction);
  add_rule(rules, u"([0-9]+)(?:st|nd|rd|th)",
           [](const Groups& m) { return inflected_ordinal(without_leading_zeros(m[1])); });
  add_rule(rules, u"([0-9]+)", [](const Groups& m) { return reference_number(m[1]); });
}

}  // namespace

RuleSet compat_rules() {
  RuleSet set;
  set.fold = fold;
  RewriteRules* rules = &set.rules;
  add_signs(rules);
  add_numbers(rules);
  rules->add_step([](const Str& text) { return to_utf16(strip_marks(to_utf32(text))); });
  rules->add(u"%", u" percent");
  rules->add(u"[^ A-Za-z'.,?!\\-]", u"");
  rules->add(u"i\\.e\\.", u"that is", true);
  rules->add(u"e\\.g\\.", u"for example", true);
  rules->add(u"(?<!^)(?<!\\s)([A-Z])", [](const Match& m) { return u" " + m.group(1); });
  rules->add(u"([!?…,.\\-\\s])[!?…,.\\-]+", [](const Match& m) { return m.group(1); });
  return set;
}

}  // namespace myna::text::en
