// Ordinals, percentages, units, fractions, Roman numerals, arithmetic and all other numbers, as
// Myna reads them.
#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/en/rule_set.h"

namespace myna::text::en {
namespace {

using Str = std::u16string;

std::string fraction(const std::string& above, const std::string& below) {
  const bool one = above == "1";
  if (above == below && above.size() > 1) return cardinal(above) + " " + cardinal(below);  // 50/50
  if (below == "2") return cardinal(above) + (one ? " half" : " halves");
  if (below == "4") return cardinal(above) + (one ? " quarter" : " quarters");
  if (below.size() > 2 && below != "100" && below != "1000")
    return cardinal(above) + " over " + cardinal(below);
  return cardinal(above) + " " + ordinal(below) + (one ? "" : "s");
}

int roman_value(const std::string& roman) {
  auto value = [](char c) {
    return c == 'I' ? 1 : c == 'V' ? 5 : c == 'X' ? 10 : c == 'L' ? 50 : c == 'C' ? 100 : 0;
  };
  int total = 0;
  for (size_t i = 0; i < roman.size(); ++i) {
    int v = value(roman[i]);
    total += i + 1 < roman.size() && value(roman[i + 1]) > v ? -v : v;
  }
  return total;
}

void add_ordinals_and_ranges(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d.,])(\\d{1,3})((?: 000)+)(?!\\d)",  // 10 000
           [](const Groups& m) { return cardinal(m[1] + std::string(m[2].size() / 4 * 3, '0')); });
  add_rule(rules, u"\\b(\\d{1,3}(?:,\\d{3})+|\\d+)(?:st|nd|rd|th)\\b",
           [](const Groups& m) { return ordinal(plain(m[1])); });
  add_rule(rules, with_numbers(u"@%?\\s?[-–~]\\s?@\\s?%"), [](const Groups& m) {
    return decimal(plain(m[1])) + " to " + decimal(plain(m[2])) + " percent";
  });
  add_rule(rules, with_numbers(u"@\\s?%"),
           [](const Groups& m) { return decimal(plain(m[1])) + " percent"; });
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.-])@\\s?[-–~]\\s?@(?![\\d-])"),
           [](const Groups& m) { return decimal(plain(m[1])) + " to " + m[2]; });
  rules->add(u"(?<![A-Za-z\\d.])[-−](?=\\d)", u"minus ");
}

void add_units(RewriteRules* rules) {
  const Str units = unit_pattern();
  const auto one = [](const Groups& m) {
    return decimal(plain(m[1])) + " " + unit_name(m[2], true);
  };
  add_rule(rules, u"(?<![\\d.])(\\d{1,2})'\\s?(\\d{1,2})(?:\"|''|”)",
           [](const Groups& m) { return cardinal(m[1]) + " foot " + cardinal(m[2]); });
  add_rule(rules, with_numbers(u"@\\s?in\\.(?=\\s|$)"), [](const Groups& m) {
    return decimal(plain(m[1])) + (m[1] == "1" ? " inch" : " inches");
  });
  add_rule(rules, with_numbers(u"@\\s?m/s²"),
           [](const Groups& m) { return decimal(plain(m[1])) + " meters per second squared"; });
  // a 10-km run, a 5kg bag
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.])@-" + units), one);
  add_rule(rules, with_numbers(u"(?<=\\ba |\\ban )@\\s?" + units + u"(?=\\s+[a-z])"), one);
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.])@\\s?" + units), [](const Groups& m) {
    return decimal(plain(m[1])) + " " + unit_name(m[2], plain(m[1]) == "1");
  });
}

void add_fractions(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d/.])(\\d+)\\s+(\\d)/(\\d{1,2})(?![\\d/])", [](const Groups& m) {
    const bool simple = m[2] == "1" && (m[3] == "2" || m[3] == "4");
    return cardinal(m[1]) + " and " +
           (!simple       ? fraction(m[2], m[3])
            : m[3] == "2" ? std::string("a half")
                          : std::string("a quarter"));
  });
  add_rule(rules, u"(?<![\\d/.])(\\d+)/(\\d+)(?![\\d/])", [](const Groups& m) {
    return m[1] == "24" && m[2] == "7" ? std::string("twenty four seven") : fraction(m[1], m[2]);
  });
  rules->add(u"½", u" one half ");
  rules->add(u"¼", u" one quarter ");
  rules->add(u"¾", u" three quarters ");
}

void add_roman_numerals(RewriteRules* rules) {
  const auto counted = [](const Groups& m) {
    return m[1] + " " + cardinal(std::to_string(roman_value(m[2])));
  };
  add_rule(rules,
           u"\\b(Chapter|Part|Act|Volume|Section|Book|War|Phase|Type|Class|Level|Stage|Appendix|"
           u"Article)\\s+([IVXL]+)\\b",
           counted);
  add_rule(
      rules,
      u"\\b(King|Queen|Pope|Henry|Louis|Charles|George|Edward|James|William|Elizabeth|Richard|"
      u"John|Paul|Philip|Francis|Napoleon|Catherine)\\s+([IVXL]{2,}|V|X)\\b",
      [](const Groups& m) { return m[1] + " the " + ordinal(std::to_string(roman_value(m[2]))); });
  add_rule(rules, u"\\b([A-Z][a-z]+)\\s+(I{2,3}|IV|VI{1,3}|IX|XI{1,3}|XI?V|XVI{1,3}|XI?X)\\b",
           counted);
}

void add_arithmetic(RewriteRules* rules) {
  rules->add(u"(?<=\\d)\\s*[×*]\\s*(?=\\d)", u" times ");
  rules->add(u"(?<=\\d)(?:\\sx\\s|x)(?=\\d)", u" times ");
  rules->add(u"(?<=\\d)\\s*÷\\s*(?=\\d)", u" divided by ");
  rules->add(u"(?<=[\\w)])\\s*=\\s*", u" equals ");
  rules->add(u"(?<=\\w)\\s*\\+\\s*(?=\\w)", u" plus ");
  rules->add(u"(?<=\\d)\\s+[-−]\\s+(?=\\d)", u" minus ");
  add_rule(rules, u"(?<=\\d|\\))\\^(\\d+)", [](const Groups& m) {
    return m[1] == "2"   ? std::string(" squared")
           : m[1] == "3" ? std::string(" cubed")
                         : " to the power of " + cardinal(m[1]);
  });
}

void add_other_numbers(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d.,#])(1[1-9]\\d\\d|20\\d\\d)(?![\\d.,]\\d|\\d)",
           [](const Groups& m) { return year(m[1]); });
  rules->add(u"#\\s?(?=\\d)", u"number ");
  add_rule(rules, u"(?<![\\d.])(?<!\\d,)(0\\d+|\\d{13,})(?![\\d.,]\\d|\\d)",
           [](const Groups& m) { return digit_by_digit(m[1]); });
  add_rule(rules, u"(?<!\\d)(\\.\\d+)", [](const Groups& m) { return decimal(m[1]); });
  add_rule(rules, with_numbers(u"@"),
           [](const Groups& m) { return " " + decimal(plain(m[1])) + " "; });
}

}  // namespace

void add_quantities(RewriteRules* rules) {
  add_ordinals_and_ranges(rules);
  add_units(rules);
  add_fractions(rules);
  add_roman_numerals(rules);
  add_arithmetic(rules);
  add_other_numbers(rules);
}

}  // namespace myna::text::en
