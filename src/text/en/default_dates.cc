// Dates and times as Myna reads them.
#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/en/rule_set.h"

namespace myna::text::en {
namespace {

using Str = std::u16string;

std::string clock(const std::string& hour, const std::string& minute, const std::string& second) {
  std::string out = cardinal(hour);
  if (minute == "00") {
    if (second.empty())
      out += std::stoi(hour) > 12 || (hour.size() == 2 && hour[0] == '0') ? " hundred" : " o'clock";
  } else {
    out += minute[0] == '0' ? " oh " + cardinal(minute) : " " + cardinal(minute);
  }
  if (!second.empty()) out += " and " + cardinal(second) + (second == "1" ? " second" : " seconds");
  return out;
}

std::string half_of_day(const std::string& letter) {
  return (letter[0] | 32) == 'a' ? " A M" : " P M";
}

void add_dates(RewriteRules* rules) {
  const Str month = kMonthPattern;
  add_rule(rules, u"\\b(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])\\b", [](const Groups& m) {
    return month_of_number(m[2]) + " " + ordinal(m[3]) + ", " + year(m[1]);
  });
  add_rule(rules, u"(?<![\\d/])(0?[1-9]|1[0-2])/(0?[1-9]|[12]\\d|3[01])/(\\d{4}|\\d{2})(?![\\d/])",
           [](const Groups& m) {
             return month_of_number(m[1]) + " " + ordinal(m[2]) + ", " +
                    (m[3].size() == 2 ? cardinal(m[3]) : year(m[3]));
           });
  add_rule(
      rules,
      u"\\b(Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)(?:\\.|(?=,? \\d)|(?=,? " + month + u"))",
      [](const Groups& m) { return weekday_word(m[1]); });
  add_rule(rules, month + u"\\s?[-–]\\s?(?=" + month + u")",
           [](const Groups& m) { return m[1] + " to "; });
  add_rule(rules, u"\\b" + month + u"\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?:,?\\s+(\\d{4})\\b)?(?!:)",
           [](const Groups& m) {
             const std::string out = month_word(m[1]) + " " + ordinal(m[2]);
             return m.has(3) ? out + ", " + year(m[3]) : out;
           });
  add_rule(rules,
           u"\\b(?:[Tt]he\\s+)?(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?" + month +
               u"(?:,?\\s+(\\d{4})\\b)?",
           [](const Groups& m) {
             const std::string out = "the " + ordinal(m[1]) + " of " + month_word(m[2]);
             return m.has(3) ? out + ", " + year(m[3]) : out;
           });
  add_rule(rules, u"\\b" + month + u"\\s+(\\d{4})\\b",
           [](const Groups& m) { return month_word(m[1]) + " " + year(m[2]); });
  add_rule(rules, u"\\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\.",
           [](const Groups& m) { return month_word(m[1]); });
  add_rule(rules, u"\\b(\\d{3})0s\\b|['’](\\d)0s\\b", [](const Groups& m) {
    const std::string decade = m.has(1) ? year(m[1] + "0") : cardinal(m[2] + "0");
    if (decade.back() == 'y') return decade.substr(0, decade.size() - 1) + "ies";
    return decade + "s";
  });
  add_rule(rules, u"\\b(1[1-9]\\d\\d|20\\d\\d)\\s?[-–]\\s?(1[1-9]\\d\\d|20\\d\\d)\\b(?![-.,]\\d)",
           [](const Groups& m) { return year(m[1]) + " to " + year(m[2]); });
}

void add_times(RewriteRules* rules) {
  rules->add(u"(?<=\\d:\\d\\d)\\s?[-–]\\s?(?=\\d{1,2}:\\d\\d)", u" to ");
  add_rule(rules, u"\\b([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?\\s*([AaPp])\\.?\\s?[Mm]\\b\\.?",
           [](const Groups& m) {
             const std::string minute = m[2];
             const std::string out =
                 minute == "00" && !m.has(3) ? cardinal(m[1]) : clock(m[1], minute, m[3]);
             return out + half_of_day(m[4]);
           });
  add_rule(rules, u"\\b(1[0-2]|0?[1-9])\\s*([AaPp])\\.?\\s?[Mm]\\b\\.?",
           [](const Groups& m) { return cardinal(m[1]) + half_of_day(m[2]); });
  add_rule(rules, u"\\b([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?\\b",
           [](const Groups& m) { return clock(m[1], m[2], m[3]); });
  add_rule(rules, u"\\b(\\d+):(\\d+)\\b",
           [](const Groups& m) { return cardinal(m[1]) + " to " + cardinal(m[2]); });
}

}  // namespace

void add_dates_and_times(RewriteRules* rules) {
  add_dates(rules);
  add_times(rules);
}

}  // namespace myna::text::en
