// Small readings that the rules of Myna's own English reading share.
#pragma once

#include <string>
#include <string_view>

#include "text/rewrite_rules.h"
#include "text/unicode.h"

namespace myna::text::en {

/// A pattern in which @ stands for a number group, thousands separators and decimals allowed.
std::u16string with_numbers(std::u16string_view pattern);
/// A rule whose reading is ASCII: `read` gets the groups by number.
class Groups {
 public:
  explicit Groups(const Match& match) : match_(match) {}
  std::string operator[](int n) const { return to_utf8(match_.group(n)); }
  bool has(int n) const { return match_.has(n); }

 private:
  const Match& match_;
};
void add_rule(RewriteRules* rules, std::u16string_view pattern,
              std::function<std::string(const Groups&)> read, bool ignore_case = false);

/// "1,234.5" -> "1234.5".
std::string plain(std::string number);
/// "Jan", "Jan." or "january" -> "January".
std::string month_word(const std::string& word);
/// "3" -> "March".
std::string month_of_number(const std::string& number);
/// "Mon" -> "Monday".
std::string weekday_word(const std::string& word);
/// Patterns with one group each.
extern const char16_t* const kMonthPattern;
const std::u16string& unit_pattern();
/// Name of a unit written as `symbol`.
std::string unit_name(const std::string& symbol, bool one);
/// A host, path or mail address read aloud.
std::string address(const std::string& text);
/// Room 302 -> three oh two, flight 2490 -> twenty four ninety.
std::string paired(const std::string& digits);
/// Digits of numbers with several dots: 192.168.1.1, 2.3.4.
std::string dotted(const std::string& number);

}  // namespace myna::text::en
