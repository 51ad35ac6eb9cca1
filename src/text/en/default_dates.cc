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

/// "twenty one", "oh nine": the last two digits of a year.
std::string short_year(const std::string& digits) {
  return digits[0] == '0' ? "oh " + cardinal(digits.substr(1)) : cardinal(digits);
}

std::string decade(const std::string& name) {
  return name.back() == 'y' ? name.substr(0, name.size() - 1) + "ies" : name + "s";
}

void add_dates(RewriteRules* rules) {
  const Str month = kMonthPattern;
  rules->add(u"(?<=\\d{4}-\\d\\d-\\d\\d)T\\s?(?=\\d\\d:)", u" ");
  const Str day = u"(\\d{1,2})(?:st|nd|rd|th)?";
  add_rule(rules, u"\\b(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])\\b", [](const Groups& m) {
    return month_of_number(m[2]) + " " + ordinal(m[3]) + ", " + year(m[1]);
  });
  add_rule(rules, u"(?<![\\d/])(0?[1-9]|1[0-2])/(0?[1-9]|[12]\\d|3[01])/(\\d{4}|\\d{2})(?![\\d/])",
           [](const Groups& m) {
             return month_of_number(m[1]) + " " + ordinal(m[2]) + ", " +
                    (m[3].size() == 2 ? cardinal(m[3]) : year(m[3]));
           });
  rules->add(u"\\b9/11\\b", u"nine eleven");
  add_rule(
      rules,
      u"\\b([Oo]n|[Dd]ue|[Dd]ated|(?:deadline|date|birthday) "
      u"is)(:?\\s+)(0?[1-9]|1[0-2])/(0?[1-9]|[12]\\d|3[01])(?![\\d/])",
      [](const Groups& m) { return m[1] + m[2] + month_of_number(m[3]) + " " + ordinal(m[4]); });
  add_rule(
      rules,
      u"\\b([Bb]y|[Uu]ntil|[Tt]ill|[Ss]ince|[Ff]rom|[Tt]o)(\\s+)(0?[1-9]|1[0-2])/"
      u"(1[1-9]|2\\d|3[01])"
      u"(?![\\d/])",
      [](const Groups& m) { return m[1] + m[2] + month_of_number(m[3]) + " " + ordinal(m[4]); });
  add_rule(rules, u"(?<![\\d/])((?:19|20)\\d\\d)/(\\d\\d)(?![\\d/])",
           [](const Groups& m) { return year(m[1]) + " " + short_year(m[2]); });
  add_rule(rules, u"(?<![\\d-])((?:19|20)\\d\\d)[-–](1[3-9]|[2-9]\\d)(?![\\d-])",  // 2020-21
           [](const Groups& m) { return year(m[1]) + " to " + short_year(m[2]); });
  add_rule(rules, u"(?<=\\b[Ii]n |\\b[Yy]ear )(10\\d\\d)(?![\\d,.]*\\d)",
           [](const Groups& m) { return year(m[1]); });
  add_rule(rules, u"(?<!\\w)['’]0(\\d)\\b", [](const Groups& m) { return "oh " + cardinal(m[1]); });
  add_rule(
      rules,
      u"(?<=\\b[Tt]he |\\b[Hh]is |\\b[Hh]er |\\btheir |\\bmy |\\bour |\\byour |\\bmid-|\\bearly |"
      u"\\blate )([2-9])0s\\b",
      [](const Groups& m) { return decade(cardinal(m[1] + "0")); });
  add_rule(rules, u"\\bQ\\s?([1-4])\\s?[-–]\\s?(?:Q\\s?)?([1-4])\\b",
           [](const Groups& m) { return "Q " + cardinal(m[1]) + " to Q " + cardinal(m[2]); });
  add_rule(rules, u"(?<![\\d.-])(\\d{1,2})\\s?[-–]\\s?(\\d{1,2})\\s+" + month + u"(?![a-z])",
           [](const Groups& m) {
             return "the " + ordinal(m[1]) + " to the " + ordinal(m[2]) + " of " + month_word(m[3]);
           });
  const Str weekday = u"(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?:day|nesday|urday|sday)?\\.?";
  add_rule(rules, u"\\b" + weekday + u"\\s?[-–]\\s?" + weekday + u"(?![A-Za-z])",
           [](const Groups& m) { return weekday_word(m[1]) + " to " + weekday_word(m[2]); });
  rules->add(u"(?<=\\d(?:st|nd|rd|th))\\s?[-–]\\s?(?=\\d+(?:st|nd|rd|th)\\b)", u" to ");
  add_rule(rules, u"\\b" + month + u"\\s+" + day + u"\\s?[-–]\\s?" + day + u"\\b(?![:/-])",
           [](const Groups& m) {
             return month_word(m[1]) + " " + ordinal(m[2]) + " to " + ordinal(m[3]);
           });
  add_rule(
      rules,
      u"\\b(Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)(?:\\.|(?=,? \\d)|(?=,? " + month + u"))",
      [](const Groups& m) { return weekday_word(m[1]); });
  add_rule(rules, month + u"\\s?[-–]\\s?(?=" + month + u")",
           [](const Groups& m) { return month_word(m[1]) + " to "; });
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
    return decade(m.has(1) ? year(m[1] + "0") : cardinal(m[2] + "0"));
  });
  add_rule(rules, u"\\b(1[1-9]\\d\\d|20\\d\\d)\\s?[-–]\\s?(1[1-9]\\d\\d|20\\d\\d)\\b(?![-.,]\\d)",
           [](const Groups& m) { return year(m[1]) + " to " + year(m[2]); });
}

void add_times(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d.])(1[0-2]|[1-9])\\.([0-5]\\d)(?=\\s?[AaPp]\\.?[Mm]\\b)",
           [](const Groups& m) { return m[1] + ":" + m[2]; });
  rules->add(u"(?<=\\d[AaPp][Mm]|\\d [AaPp][Mm]|[AaPp]\\.[Mm]\\.)\\s?[-–]\\s?(?=\\d)", u" to ");
  add_rule(rules,
           u"(?<![\\d:.-])(\\d{1,2}(?::\\d\\d)?)\\s?[-–]\\s?"
           u"(?=\\d{1,2}(?::\\d\\d)?\\s?[AaPp]\\.?\\s?[Mm]\\b)",
           [](const Groups& m) { return m[1] + " to "; });
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
