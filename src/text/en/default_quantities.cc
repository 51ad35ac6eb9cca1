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
  // 5kg-10kg
  const Str units = unit_pattern();
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.])@\\s?" + units + u"\\s?[-–~]\\s?@\\s?" + units),
           [](const Groups& m) {
             const std::string first = decimal(plain(m[1]));
             return first + (m[2] == m[4] ? "" : " " + unit_name(m[2], m[1] == "1")) + " to " +
                    decimal(plain(m[3])) + " " + unit_name(m[4], m[3] == "1");
           });
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.-])@\\s?[-−]\\s?@(?=\\s*=)"),
           [](const Groups& m) { return decimal(plain(m[1])) + " minus " + decimal(plain(m[2])); });
  add_rule(rules, with_numbers(u"@%?\\s?[-–~]\\s?@\\s?%"), [](const Groups& m) {
    return decimal(plain(m[1])) + " to " + decimal(plain(m[2])) + " percent";
  });
  add_rule(rules, with_numbers(u"(?<![\\w.%])[-−]@\\s?%"),
           [](const Groups& m) { return "minus " + decimal(plain(m[1])) + " percent"; });
  add_rule(rules, with_numbers(u"@\\s?%"),
           [](const Groups& m) { return decimal(plain(m[1])) + " percent"; });
  rules->add(u"(?<=\\d)%(?=[A-Za-z])", u"% ");
  rules->add(u"(?<![\\d-])50-50(?![\\d-])", u"fifty fifty");
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.-])@\\s?[-–~]\\s?@(?![\\d-])"),
           [](const Groups& m) { return decimal(plain(m[1])) + " to " + m[2]; });
  rules->add(u"(?<![A-Za-z\\d.])[-−](?=\\d)", u"minus ");
}

std::string and_fraction(const Groups& m) {
  const bool simple = m[2] == "1" && (m[3] == "2" || m[3] == "4");
  return cardinal(m[1]) + " and " +
         (!simple       ? fraction(m[2], m[3])
          : m[3] == "2" ? std::string("a half")
                        : std::string("a quarter"));
}

void add_units(RewriteRules* rules) {
  const Str units = unit_pattern();
  const auto one = [](const Groups& m) {
    return decimal(plain(m[1])) + " " + unit_name(m[2], true);
  };
  add_rule(rules, u"(?<![\\d.])(\\d{1,2})'\\s?(\\d{1,2})(?:\"|''|”)",
           [](const Groups& m) { return cardinal(m[1]) + " foot " + cardinal(m[2]); });
  add_rule(
      rules,
      u"(?<![\\d.])(\\d{1,2})\\s?(?:ft|feet|foot)\\.?\\s?(\\d{1,2})\\s?(?:in(?:ch(?:es)?)?)\\b\\.?",
      [](const Groups& m) {
        return cardinal(m[1]) + (m[1] == "1" ? " foot " : " feet ") + cardinal(m[2]) +
               (m[2] == "1" ? " inch" : " inches");
      });
  add_rule(rules, with_numbers(u"@\\s?in\\.(?=\\s|$)"), [](const Groups& m) {
    return decimal(plain(m[1])) + (m[1] == "1" ? " inch" : " inches");
  });
  add_rule(rules, with_numbers(u"@\\s?m/s²"),
           [](const Groups& m) { return decimal(plain(m[1])) + " meters per second squared"; });
  // a 10-km run, a 5kg bag
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.])@-" + units), one);
  add_rule(rules, with_numbers(u"(?<=\\ba |\\ban )@\\s?" + units + u"(?=\\s+[a-z])"), one);
  add_rule(rules, with_numbers(u"@\\s?(sq|cu)\\.?\\s?(ft|km|m|mi|in|yd)\\b\\.?"),
           [](const Groups& m) {
             const bool single = m[1] == "1";
             const std::string unit =
                 m[3] == "in" ? (single ? "inch" : "inches") : unit_name(m[3], single);
             return decimal(plain(m[1])) + (m[2] == "sq" ? " square " : " cubic ") + unit;
           });
  add_rule(rules, with_numbers(u"@°(?=\\s+(?:angle|turn|rotation|view|bend|camera|video|corner))"),
           [](const Groups& m) { return decimal(plain(m[1])) + " degree"; });
  // A lone quotation mark behind a number: a 12" pizza
  add_rule(rules, u"^([^\"]*\\b[Aa]n?\\s\\d+(?:\\.\\d+)?)\"([^\"]*)$",
           [](const Groups& m) { return m[1] + " inch" + m[2]; });
  add_rule(rules, u"^([^\"]*\\d)\"([^\"]*)$",
           [](const Groups& m) { return m[1] + " inches" + m[2]; });
  add_rule(rules, with_numbers(u"@\\s?°\\s?([NSEW])\\b"), [](const Groups& m) {
    const char* side = m[2] == "N"   ? "north"
                       : m[2] == "S" ? "south"
                       : m[2] == "E" ? "east"
                                     : "west";
    return decimal(plain(m[1])) + " degrees " + side;
  });
  // 2 1/2 tsp, 3/4 tsp
  add_rule(rules, u"(?<![\\d/.])(\\d+)\\s+(\\d)/(\\d{1,2})\\s?" + units,
           [](const Groups& m) { return and_fraction(m) + " " + unit_name(m[4], false); });
  add_rule(rules, u"(?<![\\d/.])(\\d+)/(\\d{1,2})\\s?" + units, [](const Groups& m) {
    const std::string unit = unit_name(m[3], true);
    const bool vowel = unit[0] == 'o' || unit.compare(0, 4, "hour") == 0;
    return fraction(m[1], m[2]) + (vowel ? " of an " : " of a ") + unit;
  });
  // 16GB RAM
  add_rule(rules, with_numbers(u"@\\s?(TB|GB|MB|KB|Mbps|Gbps|GHz|MHz)(?=\\s+[A-Z])"), one);
  add_rule(rules, with_numbers(u"(?<![A-Za-z\\d.])@\\s?" + units), [](const Groups& m) {
    return decimal(plain(m[1])) + " " + unit_name(m[2], plain(m[1]) == "1");
  });
}

void add_fractions(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d/.])(\\d+)\\s+(\\d)/(\\d{1,2})(?![\\d/])", and_fraction);
  add_rule(rules, u"(?<![\\d/.])(\\d+)/(\\d+)(?![\\d/])", [](const Groups& m) {
    if (m[2] == "1") return cardinal(m[1]) + " to one";  // odds
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
  rules->add(u"(?<=\\d)!(?=\\s*[=+*/-])", u" factorial");
  rules->add(u"(?<=\\d)\\s*[×*]\\s*(?=\\d)", u" times ");
  rules->add(u"(?<=\\d)(?:\\sx\\s|x)(?=\\d)", u" times ");
  rules->add(u"(?<=\\d)\\s*÷\\s*(?=\\d)", u" divided by ");
  rules->add(u"(?<=\\d)\\s+/\\s+(?=\\d)", u" divided by ");
  rules->add(u"(?<=[\\w)²³])\\s*=\\s*", u" equals ");
  rules->add(u"(?<=\\w)\\s*\\+\\s*(?=\\w)", u" plus ");
  rules->add(u"(?<=\\d)\\s+[-−]\\s+(?=\\d)", u" minus ");
  add_rule(
      rules, u"(?<=[\\w)])([⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}|[⁰¹⁴⁵⁶⁷⁸⁹]|(?<=⁻)[²³])", [](const Groups& m) {
        std::string digits;
        for (const char32_t c : decode_utf8(m[2])) {
          const size_t digit = std::u32string_view(U"⁰¹²³⁴⁵⁶⁷⁸⁹").find(c);
          digits += static_cast<char>('0' + digit);
        }
        return std::string(" to the power of ") + (m[1].empty() ? "" : "minus ") + cardinal(digits);
      });
  add_rule(rules, u"(?<=[\\w)])\\^(\\d+)", [](const Groups& m) {
    return m[1] == "2"   ? std::string(" squared")
           : m[1] == "3" ? std::string(" cubed")
                         : " to the power of " + cardinal(m[1]);
  });
}

void add_other_numbers(RewriteRules* rules) {
  rules->add(u"(?<=\\d)-(?=[A-Za-z])", u" ");  // a 3-year-old
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
