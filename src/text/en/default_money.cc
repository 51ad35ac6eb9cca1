// Money, telephone numbers and numbers that name things, as Myna reads them.
#include "text/en/numbers.h"
#include "text/en/reading.h"
#include "text/en/rule_set.h"

namespace myna::text::en {
namespace {

struct Currency {
  const char *sign, *one, *many, *cent, *cents;
};
constexpr Currency kCurrencies[] = {
    {"$", "dollar", "dollars", "cent", "cents"}, {"£", "pound", "pounds", "penny", "pence"},
    {"€", "euro", "euros", "cent", "cents"},     {"¥", "yuan", "yuan", "fen", "fen"},
    {"￥", "yuan", "yuan", "fen", "fen"},        {"₹", "rupee", "rupees", "paisa", "paise"},
    {"₩", "won", "won", "jeon", "jeon"},         {"₽", "ruble", "rubles", "kopeck", "kopecks"}};

const Currency& currency(const std::string& sign) {
  for (const Currency& c : kCurrencies) {
    if (sign == c.sign) return c;
  }
  return kCurrencies[0];
}

std::string scale_word(const std::string& scale) {
  if (scale == "k" || scale == "K") return "thousand";
  if (scale == "M" || scale == "m" || scale == "mn") return "million";
  if (scale == "B" || scale == "bn") return "billion";
  if (scale == "T" || scale == "tn") return "trillion";
  return scale;
}

std::string money(const std::string& sign, const std::string& amount, const std::string& scale) {
  const Currency& names = currency(sign);
  const std::string number = plain(amount);
  if (!scale.empty()) return decimal(number) + " " + scale_word(scale) + " " + names.many;
  const size_t dot = number.find('.');
  if (dot == std::string::npos || number.size() - dot != 3)
    return decimal(number) + " " + (number == "1" ? names.one : names.many);
  const std::string whole = number.substr(0, dot), cents = number.substr(dot + 1);
  std::string out;
  if (whole.find_first_not_of('0') != std::string::npos || cents == "00")
    out = cardinal(whole) + " " + (whole == "1" ? names.one : names.many);
  if (cents == "00") return out;
  return (out.empty() ? "" : out + " and ") + cardinal(cents) + " " +
         (cents == "01" ? names.cent : names.cents);
}

void add_money(RewriteRules* rules) {
  rules->add(u"(?<![\\w)])[-−](?=(?:US)?[$£€¥￥₹₩₽])", u"minus ");
  rules->add(u"(?<=€)(\\d{1,3}),(\\d\\d)(?![\\d,])",  // €1,50
             [](const Match& m) { return m.group(1) + u"." + m.group(2); });
  add_rule(
      rules, with_numbers(u"([$£€¥￥₹₩₽])\\s?@\\s?[-–]\\s?[$£€¥￥₹₩₽]?@"),
      [](const Groups& m) {
        return decimal(plain(m[2])) + " to " + decimal(plain(m[3])) + " " + currency(m[1]).many;
      });
  add_rule(rules, with_numbers(u"([$£€])@[ -](?=(?:bill|note|coin|gift|voucher|coupon|ticket)\\b)"),
           [](const Groups& m) { return decimal(plain(m[2])) + " " + currency(m[1]).one + " "; });
  // a $2.5bn deal
  add_rule(rules,
           with_numbers(u"(?<=\\b[Aa] |\\b[Aa]n )(?:US)?([$£€])\\s?@(?:\\s?(thousand|million|"
                        u"billion|trillion|[btm]n|[kKMBT])\\b)?(?=[- ][a-z])"),
           [](const Groups& m) {
             return decimal(plain(m[2])) + (m.has(3) ? " " + scale_word(m[3]) : std::string()) +
                    " " + currency(m[1]).one;
           });
  add_rule(rules,
           with_numbers(u"(?:US)?([$£€¥￥₹₩₽])\\s?@"
                        u"(?:\\s?(thousand|million|billion|trillion|[btm]n|[kKMBT])\\b)?"),
           [](const Groups& m) { return money(m[1], m[2], m[3]); });
  add_rule(rules, with_numbers(u"@\\s?¢"), [](const Groups& m) {
    return decimal(plain(m[1])) + (m[1] == "1" ? " cent" : " cents");
  });
  add_rule(rules, u"\\b(480|720|1080|1440|2160)([pi])\\b",
           [](const Groups& m) { return paired(m[1]) + " " + m[2]; });
  add_rule(rules, u"\\b(\\d+)p\\b", [](const Groups& m) { return cardinal(m[1]) + " pence"; });
  add_rule(rules, with_numbers(u"\\bRs\\.?\\s?@"),
           [](const Groups& m) { return decimal(plain(m[1])) + " rupees"; });
  add_rule(rules, with_numbers(u"@\\s?(M|B|bn|mn|tn)(?=\\s+[a-z])"),
           [](const Groups& m) { return decimal(plain(m[1])) + " " + scale_word(m[2]); });
  add_rule(rules,
           u"(?<=[a-z])/(month|year|day|hour|week|minute|person|night|unit|piece|kg|lb|oz|ft|hr|"
           u"min)\\b",
           [](const Groups& m) { return " per " + unit_name(m[1], true); });
}

void add_telephones(RewriteRules* rules) {
  add_rule(rules, u"(?<![\\d-])(?:\\+?1[- ])?\\(?(\\d{3})\\)?[- .](\\d{3})[- .](\\d{4})(?![\\d-])",
           [](const Groups& m) {
             return digit_by_digit(m[1]) + ", " + digit_by_digit(m[2]) + ", " +
                    digit_by_digit(m[3]);
           });
  add_rule(rules, u"(?<![\\w+])\\+(\\d{1,3})((?:[ -]\\(?\\d{2,5}\\)?){2,5})(?![\\d-])",
           [](const Groups& m) {
             std::string out = "plus " + digit_by_digit(m[1]), part;
             for (const char c : m[2] + " ") {
               if (c >= '0' && c <= '9') part += c;
               if (c != ' ' && c != '-') continue;
               if (!part.empty()) out += ", " + digit_by_digit(part);
               part.clear();
             }
             return out;
           });
  add_rule(rules, u"(?<![\\d-])(\\d{3})-(\\d{4})(?![\\d-])",
           [](const Groups& m) { return digit_by_digit(m[1]) + ", " + digit_by_digit(m[2]); });
}

void add_names(RewriteRules* rules) {
  add_rule(rules,
           u"\\b(PIN|ZIP|[Zz]ip "
           u"code|ID|[Pp]asscode|[Ss]erial)(:?\\s+(?:is\\s+)?)(\\d{3,})(?![\\d.,]*\\d)",
           [](const Groups& m) { return m[1] + m[2] + digit_by_digit(m[3]); });
  add_rule(rules, u"\\b(?!US|UK|EU|AD|BC)([A-Z]{2})\\s+(\\d{5})(?![\\d.,]*\\d)",  // a ZIP code
           [](const Groups& m) { return m[1] + " " + digit_by_digit(m[2]); });
  add_rule(
      rules,
      u"\\b([Pp]ort|[Cc]ode|[Ee]rror|[Ee]xtension|RFC|ISO|[Mm]odel)\\s+(\\d{3,4})(?![\\d.,-]*\\d)",
      [](const Groups& m) { return m[1] + " " + paired(m[2]); });
  add_rule(rules, u"#\\s?(\\d{4,})(?![\\d.,]*\\d)",
           [](const Groups& m) { return "number " + digit_by_digit(m[1]); });
  add_rule(rules, u"\\b([Cc]all|[Dd]ial|[Pp]hone)\\s+(\\d{3})(?![\\d.,-]*\\d)",
           [](const Groups& m) { return m[1] + " " + digit_by_digit(m[2]); });
  add_rule(rules,
           u"\\b([Rr]oom|[Ff]light|[Hh]ighway|[Rr]oute|[Ss]uite|[Aa]partment|[Ii]nterstate|Boeing|"
           u"Airbus)((?:\\s+[A-Z]{1,2})?)\\s*(\\d{3,4})(?!\\d)",
           [](const Groups& m) { return m[1] + m[2] + " " + paired(m[3]); });
  add_rule(rules, u"(?<![\\d.])(\\d+(?:\\.\\d+){2,})(?!\\d)",
           [](const Groups& m) { return dotted(m[1]); });
}

}  // namespace

void add_money_and_names(RewriteRules* rules) {
  add_money(rules);
  add_telephones(rules);
  add_names(rules);
}

}  // namespace myna::text::en
