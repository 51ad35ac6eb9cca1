#include "text/en/reading.h"

#include <algorithm>

#include "text/en/numbers.h"

namespace myna::text::en {
namespace {

constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};
constexpr const char* kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};

struct Unit {
  const char *symbol, *one, *many;
};
constexpr Unit kUnits[] = {
    {"km/h", "kilometer per hour", "kilometers per hour"},
    {"mph", "mile per hour", "miles per hour"},
    {"m/s", "meter per second", "meters per second"},
    {"km²", "square kilometer", "square kilometers"},
    {"km2", "square kilometer", "square kilometers"},
    {"m²", "square meter", "square meters"},
    {"m2", "square meter", "square meters"},
    {"m³", "cubic meter", "cubic meters"},
    {"m3", "cubic meter", "cubic meters"},
    {"km", "kilometer", "kilometers"},
    {"cm", "centimeter", "centimeters"},
    {"mm", "millimeter", "millimeters"},
    {"nm", "nanometer", "nanometers"},
    {"kg", "kilogram", "kilograms"},
    {"mg", "milligram", "milligrams"},
    {"lbs", "pound", "pounds"},
    {"lb", "pound", "pounds"},
    {"oz", "ounce", "ounces"},
    {"ft", "foot", "feet"},
    {"yd", "yard", "yards"},
    {"mi", "mile", "miles"},
    {"ml", "milliliter", "milliliters"},
    {"mL", "milliliter", "milliliters"},
    {"kWh", "kilowatt hour", "kilowatt hours"},
    {"kW", "kilowatt", "kilowatts"},
    {"MW", "megawatt", "megawatts"},
    {"GHz", "gigahertz", "gigahertz"},
    {"MHz", "megahertz", "megahertz"},
    {"kHz", "kilohertz", "kilohertz"},
    {"Hz", "hertz", "hertz"},
    {"dB", "decibel", "decibels"},
    {"TB", "terabyte", "terabytes"},
    {"GB", "gigabyte", "gigabytes"},
    {"MB", "megabyte", "megabytes"},
    {"KB", "kilobyte", "kilobytes"},
    {"Mbps", "megabit per second", "megabits per second"},
    {"Gbps", "gigabit per second", "gigabits per second"},
    {"fps", "frame per second", "frames per second"},
    {"rpm", "revolution per minute", "revolutions per minute"},
    {"tsp", "teaspoon", "teaspoons"},
    {"tbsp", "tablespoon", "tablespoons"},
    {"mAh", "milliamp hour", "milliamp hours"},
    {"kcal", "kilocalorie", "kilocalories"},
    {"ppm", "part per million", "parts per million"},
    {"ms", "millisecond", "milliseconds"},
    {"min", "minute", "minutes"},
    {"mins", "minute", "minutes"},
    {"sec", "second", "seconds"},
    {"hrs", "hour", "hours"},
    {"hr", "hour", "hours"},
    {"m", "meter", "meters"},
    {"g", "gram", "grams"},
    {"L", "liter", "liters"},
    {"s", "second", "seconds"},
    {"h", "hour", "hours"},
    {"W", "watt", "watts"},
    {"V", "volt", "volts"},
    {"°C", "degree Celsius", "degrees Celsius"},
    {"℃", "degree Celsius", "degrees Celsius"},
    {"°F", "degree Fahrenheit", "degrees Fahrenheit"},
    {"℉", "degree Fahrenheit", "degrees Fahrenheit"},
    {"°", "degree", "degrees"},
};

std::u16string unit_alternatives() {
  std::u16string out;
  for (const Unit& u : kUnits)
    out += (out.empty() ? u"(" : u"|") + to_utf16(std::string_view(u.symbol));
  return out + u")(?![A-Za-z0-9])";
}
struct Sign {
  char sign;
  const char* words;
};
constexpr Sign kAddressSigns[] = {{'.', " dot "},           {'@', " at "},         {'/', " slash "},
                                  {'-', " dash "},          {'_', " underscore "}, {':', " colon "},
                                  {'?', " question mark "}, {'=', " equals "},     {'&', " and "},
                                  {'#', " hash "},          {'%', " percent "},    {'+', " plus "}};

/// The name whose first three letters are those of `word`.
template <size_t N>
std::string full_name(const std::string& word, const char* const (&names)[N]) {
  for (const char* name : names) {
    if (word.size() >= 3 && (word[0] & ~32) == name[0] && (word[1] | 32) == name[1] &&
        (word[2] | 32) == name[2])
      return name;
  }
  return word;
}

}  // namespace

const char16_t* const kMonthPattern =
    u"(Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?\\.?|July?\\.?|"
    u"Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)";

std::u16string with_numbers(std::u16string_view pattern) {
  return replace_all(std::u16string(pattern), u"@",
                     u"(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)");
}

void add_rule(RewriteRules* rules, std::u16string_view pattern,
              std::function<std::string(const Groups&)> read, bool ignore_case) {
  rules->add(
      pattern,
      [read = std::move(read)](const Match& m) {
        return to_utf16(std::string_view(read(Groups(m))));
      },
      ignore_case);
}

std::string plain(std::string number) {
  std::erase(number, ',');
  return number;
}

const std::u16string& unit_pattern() {
  static const std::u16string text = unit_alternatives();
  return text;
}

std::string month_word(const std::string& word) { return full_name(word, kMonths); }

std::string month_of_number(const std::string& number) {
  const int n = std::stoi(number);
  return n >= 1 && n <= 12 ? kMonths[n - 1] : number;
}

std::string weekday_word(const std::string& word) { return full_name(word, kWeekdays); }

std::string unit_name(const std::string& symbol, bool one) {
  for (const Unit& u : kUnits) {
    if (symbol == u.symbol) return one ? u.one : u.many;
  }
  return symbol;
}

std::string address(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto* sign = std::find_if(std::begin(kAddressSigns), std::end(kAddressSigns),
                                    [c](const Sign& s) { return s.sign == c; });
    if (sign != std::end(kAddressSigns)) {
      out += sign->words;
    } else if (c >= '0' && c <= '9') {
      out += " " + digit_by_digit(std::string(1, c)) + " ";
    } else {
      out += c;
    }
  }
  return out;
}

std::string paired(const std::string& digits) {
  if (digits.size() == 4) return digits.substr(1) == "000" ? cardinal(digits) : year(digits);
  if (digits.substr(1) == "00") return cardinal(digits);
  const std::string tail = digits.substr(1);
  return cardinal(digits.substr(0, 1)) + (tail[0] == '0' ? " oh " : " ") + cardinal(tail);
}

std::string dotted(const std::string& number) {
  std::string out, part;
  for (const char c : number + ".") {
    if (c != '.') {
      part += c;
      continue;
    }
    out +=
        (out.empty() ? "" : " point ") + (part.size() > 2 ? digit_by_digit(part) : cardinal(part));
    part.clear();
  }
  return out;
}

}  // namespace myna::text::en
