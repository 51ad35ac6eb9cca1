#include "text/en/normalizer.h"

#include <functional>
#include <vector>

#include "text/en/numbers.h"
#include "text/unicode.h"

namespace myna::text::en {
namespace {

using Str = std::u16string;

struct Rule {
  Regex pattern;
  std::function<std::string(const Match&)> read;
};

std::string ascii(const Match& m, int group) { return to_utf8(m.group(group)); }

std::string plain(std::string number) {
  std::erase(number, ',');
  return number;
}

bool is_one(const std::string& number) { return number == "1"; }

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

std::string unit_name(const std::string& symbol, bool one) {
  for (const Unit& u : kUnits) {
    if (symbol == u.symbol) return one ? u.one : u.many;
  }
  return symbol;
}

struct Abbreviation {
  const char16_t* pattern;
  const char* words;
};
constexpr Abbreviation kAbbreviations[] = {
    {u"\\bMr\\.?(?=\\s)", "Mister"},
    {u"\\bMrs\\.?(?=\\s)", "Missus"},
    {u"\\bMs\\.(?=\\s)", "Miz"},
    {u"\\bDr\\.?(?=\\s+[A-Z])", "Doctor"},
    {u"\\bProf\\.(?=\\s)", "Professor"},
    {u"\\bSt\\.(?=\\s+[A-Z])", "Saint"},
    {u"\\bSt\\.", "Street"},
    {u"\\bAve\\.", "Avenue"},
    {u"\\bRd\\.", "Road"},
    {u"\\bBlvd\\.", "Boulevard"},
    {u"\\bMt\\.(?=\\s+[A-Z])", "Mount"},
    {u"\\bJr\\.", "Junior"},
    {u"\\bSr\\.", "Senior"},
    {u"\\bCapt\\.", "Captain"},
    {u"\\bLt\\.", "Lieutenant"},
    {u"\\bSgt\\.", "Sergeant"},
    {u"\\bGen\\.(?=\\s+[A-Z])", "General"},
    {u"\\bGov\\.(?=\\s+[A-Z])", "Governor"},
    {u"\\bSen\\.(?=\\s+[A-Z])", "Senator"},
    {u"\\bRev\\.(?=\\s+[A-Z])", "Reverend"},
    {u"\\bInc\\.", "Incorporated"},
    {u"\\bLtd\\.", "Limited"},
    {u"\\bCo\\.", "Company"},
    {u"\\bCorp\\.", "Corporation"},
    {u"\\bDept\\.", "Department"},
    {u"\\bvs\\.?(?=\\s)", "versus"},
    {u"\\betc\\.(?=\\s*$)", "et cetera."},
    {u"\\betc\\.", "et cetera"},
    {u"\\be\\.\\s?g\\.", "for example"},
    {u"\\bi\\.\\s?e\\.", "that is"},
    {u"\\bapprox\\.", "approximately"},
    {u"\\bNo\\.(?=\\s?\\d)", "number"},
    {u"\\bpp\\.(?=\\s?\\d)", "pages"},
    {u"\\bp\\.(?=\\s?\\d)", "page"},
    {u"\\b[Vv]ol\\.(?=\\s?\\d)", "volume"},
    {u"\\b[Ff]ig\\.(?=\\s?\\d)", "figure"},
    {u"\\b[Cc]h\\.(?=\\s?\\d)", "chapter"},
    {u"\\bw/o\\b", "without"},
    {u"\\bw/(?=\\s)", "with"},
};

constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};

std::string month_name(const std::string& number) {
  int n = std::stoi(number);
  return n >= 1 && n <= 12 ? kMonths[n - 1] : number;
}

/// "Jan" or "january" -> "January".
std::string month_word(const std::string& word) {
  for (const char* name : kMonths) {
    if ((word[0] & ~32) == name[0] && (word[1] | 32) == name[1] && (word[2] | 32) == name[2])
      return name;
  }
  return word;
}

std::string clock(const std::string& hour, const std::string& minute, const std::string& second) {
  std::string out = cardinal(hour);
  if (minute == "00") {
    if (second.empty())
      out += std::stoi(hour) > 12 || (hour.size() == 2 && hour[0] == '0') ? " hundred" : " o'clock";
  } else {
    out += minute[0] == '0' ? " oh " + cardinal(minute) : " " + cardinal(minute);
  }
  if (!second.empty())
    out += " and " + cardinal(second) + (is_one(second) ? " second" : " seconds");
  return out;
}

std::string currency(const std::string& sign, bool one) {
  if (sign == "£") return one ? "pound" : "pounds";
  if (sign == "€") return one ? "euro" : "euros";
  if (sign == "¥" || sign == "￥") return "yuan";
  return one ? "dollar" : "dollars";
}

std::string money(const std::string& sign, const std::string& amount, const std::string& scale) {
  std::string number = plain(amount);
  if (!scale.empty()) {
    std::string word = scale;
    if (word == "k" || word == "K") word = "thousand";
    if (word == "M" || word == "m" || word == "mn") word = "million";
    if (word == "B" || word == "bn") word = "billion";
    return decimal(number) + " " + word + " " + currency(sign, false);
  }
  size_t dot = number.find('.');
  if (dot == std::string::npos || number.size() - dot != 3)
    return decimal(number) + " " + currency(sign, is_one(number));
  std::string whole = number.substr(0, dot), cents = number.substr(dot + 1);
  std::string minor = sign == "£"     ? (cents == "01" ? "penny" : "pence")
                      : cents == "01" ? "cent"
                                      : "cents";
  std::string out;
  if (whole.find_first_not_of('0') != std::string::npos || cents == "00")
    out = cardinal(whole) + " " + currency(sign, is_one(whole));
  if (cents == "00") return out;
  return (out.empty() ? "" : out + " and ") + cardinal(cents) + " " + minor;
}

std::string fraction(const std::string& above, const std::string& below) {
  bool one = is_one(above);
  if (below == "2") return cardinal(above) + (one ? " half" : " halves");
  if (below == "4") return cardinal(above) + (one ? " quarter" : " quarters");
  if (below.size() > 2 && below != "100" && below != "1000")
    return cardinal(above) + " over " + cardinal(below);
  return cardinal(above) + " " + ordinal(below) + (one ? "" : "s");
}

/// Room 302 -> three oh two, flight 2490 -> twenty four ninety.
std::string paired(const std::string& digits) {
  if (digits.size() == 4) return digits.substr(1) == "000" ? cardinal(digits) : year(digits);
  if (digits.substr(1) == "00") return cardinal(digits);
  std::string tail = digits.substr(1);
  return cardinal(digits.substr(0, 1)) + (tail[0] == '0' ? " oh " : " ") + cardinal(tail);
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

/// Letters that are no accented a-z.
std::u32string_view spelling(char32_t c) {
  switch (c) {
    case U'ß':
      return U"ss";
    case U'æ':
    case U'œ':
      return U"e";
    case U'Æ':
    case U'Œ':
      return U"E";
    case U'ø':
      return U"o";
    case U'Ø':
      return U"O";
    case U'ł':
      return U"l";
    case U'Ł':
      return U"L";
    case U'đ':
    case U'ð':
      return U"d";
    case U'Đ':
    case U'Ð':
      return U"D";
    case U'þ':
      return U"th";
    case U'Þ':
      return U"Th";
    case U'ı':
      return U"i";
    default:
      return {};
  }
}

/// A host, path or mail address read aloud.
std::string address(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '.':
        out += " dot ";
        break;
      case '@':
        out += " at ";
        break;
      case '/':
        out += " slash ";
        break;
      case '-':
        out += " dash ";
        break;
      case '_':
        out += " underscore ";
        break;
      case ':':
        out += " colon ";
        break;
      case '?':
        out += " question mark ";
        break;
      case '=':
        out += " equals ";
        break;
      case '&':
        out += " and ";
        break;
      case '#':
        out += " hash ";
        break;
      case '%':
        out += " percent ";
        break;
      case '+':
        out += " plus ";
        break;
      default:
        if (c >= '0' && c <= '9') {
          out += " " + digit_by_digit(std::string(1, c)) + " ";
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace

struct Normalizer::Rules {
  std::vector<Rule> list;
  Regex marks{u"([.,?!\\-])(?:\\s*[.,?!\\-])+"};
  Regex blanks{u"\\s+"};
  Regex before_mark{u"\\s+([.,?!])"};

  void add(const Str& text, std::function<std::string(const Match&)> read) {
    // @ stands for a number with or without thousands separators and decimals.
    Str out;
    for (char16_t c : text) {
      if (c == u'@') {
        out += u"(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)";
      } else {
        out += c;
      }
    }
    list.push_back({Regex(out), std::move(read)});
  }
  Rules();
};

Normalizer::Rules::Rules() {
  Str units;
  for (const Unit& u : kUnits)
    units += (units.empty() ? u"" : u"|") + to_utf16(std::string_view(u.symbol));
  units = u"(" + units + u")(?![A-Za-z0-9])";
  const Str month =
      u"(Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?\\.?|July?\\.?|"
      u"Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)";
  // Addresses first: nothing else may look into them.
  list.push_back({Regex(u"(?:https?|ftp)://"
                        u"([^\\s,，。！？；）)\"'<>]+?)(?=[.?!,]?(?:[\\s，。！？；）)\"'<>]|$))",
                        true),
                  [](const Match& m) { return " " + address(ascii(m, 1)) + " "; }});
  list.push_back({Regex(u"\\b[\\w.+-]+[@]\\w[\\w-]*(?:\\.\\w[\\w-]*)+"),
                  [](const Match& m) { return " " + address(ascii(m, 0)) + " "; }});
  list.push_back({Regex(u"\\b(?:www\\.)?[A-Za-z][\\w-]*(?:\\.[A-Za-z][\\w-]*)*\\.(?:com|org|net|"
                        u"edu|gov|io|cn|uk|ai|dev|app)(?:/[\\w/-]+)?(?![\\w])"),
                  [](const Match& m) { return " " + address(ascii(m, 0)) + " "; }});
  list.push_back({Regex(u"\\bC#"), [](const Match&) { return std::string("C sharp"); }});
  list.push_back({Regex(u"(?<=[A-Za-z])(?=\\d)"), [](const Match&) { return std::string(" "); }});
  for (const Abbreviation& a : kAbbreviations) {
    std::string words = a.words;
    list.push_back({Regex(a.pattern), [words](const Match&) { return words; }});
  }
  // Dates.
  add(u"\\b(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])\\b", [](const Match& m) {
    return month_name(ascii(m, 2)) + " " + ordinal(ascii(m, 3)) + ", " + year(ascii(m, 1));
  });
  add(u"(?<![\\d/])(0?[1-9]|1[0-2])/(0?[1-9]|[12]\\d|3[01])/(\\d{4}|\\d{2})(?![\\d/])",
      [](const Match& m) {
        std::string y = ascii(m, 3);
        return month_name(ascii(m, 1)) + " " + ordinal(ascii(m, 2)) + ", " +
               (y.size() == 2 ? cardinal(y) : year(y));
      });
  add(u"\\b" + month + u"\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?:,?\\s+(\\d{4})\\b)?(?!:)",
      [](const Match& m) {
        std::string out = month_word(ascii(m, 1)) + " " + ordinal(ascii(m, 2));
        return m.has(3) ? out + ", " + year(ascii(m, 3)) : out;
      });
  add(u"\\b(?:[Tt]he\\s+)?(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?" + month +
          u"(?:,?\\s+(\\d{4})\\b)?",
      [](const Match& m) {
        std::string out = "the " + ordinal(ascii(m, 1)) + " of " + month_word(ascii(m, 2));
        return m.has(3) ? out + ", " + year(ascii(m, 3)) : out;
      });
  add(u"\\b" + month + u"\\s+(\\d{4})\\b",
      [](const Match& m) { return month_word(ascii(m, 1)) + " " + year(ascii(m, 2)); });
  add(u"\\b(\\d{3})0s\\b|['’](\\d)0s\\b", [](const Match& m) {
    std::string decade = m.has(1) ? year(ascii(m, 1) + "0") : cardinal(ascii(m, 2) + "0");
    if (decade.back() == 'y') return decade.substr(0, decade.size() - 1) + "ies";
    return decade + "s";
  });
  // Times.
  add(u"\\b([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?\\s*([AaPp])\\.?\\s?[Mm]\\b\\.?",
      [](const Match& m) {
        std::string minute = ascii(m, 2);
        std::string out = minute == "00" && !m.has(3) ? cardinal(ascii(m, 1))
                                                      : clock(ascii(m, 1), minute, ascii(m, 3));
        return out + ((ascii(m, 4)[0] | 32) == 'a' ? " A M" : " P M");
      });
  add(u"\\b(1[0-2]|0?[1-9])\\s*([AaPp])\\.?\\s?[Mm]\\b\\.?", [](const Match& m) {
    return cardinal(ascii(m, 1)) + ((ascii(m, 2)[0] | 32) == 'a' ? " A M" : " P M");
  });
  add(u"\\b([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?\\b",
      [](const Match& m) { return clock(ascii(m, 1), ascii(m, 2), ascii(m, 3)); });
  add(u"\\b(\\d+):(\\d+)\\b",
      [](const Match& m) { return cardinal(ascii(m, 1)) + " to " + cardinal(ascii(m, 2)); });
  // Money.
  add(u"(?:US)?([$£€¥￥])\\s?@(?:\\s?(thousand|million|billion|trillion|bn|mn|[kKMB])\\b)?",
      [](const Match& m) { return money(ascii(m, 1), ascii(m, 2), ascii(m, 3)); });
  // Telephone numbers.
  add(u"(?<![\\d-])(?:\\+?1[- ])?\\(?(\\d{3})\\)?[- .](\\d{3})[- .](\\d{4})(?![\\d-])",
      [](const Match& m) {
        return digit_by_digit(ascii(m, 1)) + ", " + digit_by_digit(ascii(m, 2)) + ", " +
               digit_by_digit(ascii(m, 3));
      });
  add(u"(?<![\\d-])(\\d{3})-(\\d{4})(?![\\d-])", [](const Match& m) {
    return digit_by_digit(ascii(m, 1)) + ", " + digit_by_digit(ascii(m, 2));
  });
  // Numbers that name things are read in pairs.
  add(u"\\b([Cc]all|[Dd]ial|[Pp]hone)\\s+(\\d{3})(?![\\d.,-]*\\d)",
      [](const Match& m) { return ascii(m, 1) + " " + digit_by_digit(ascii(m, 2)); });
  add(u"\\b([Rr]oom|[Ff]light|[Hh]ighway|[Rr]oute|[Ss]uite|[Aa]pt\\.?|[Ii]nterstate)"
      u"((?:\\s+[A-Z]{1,2})?)\\s*(\\d{3,4})(?!\\d)",
      [](const Match& m) { return ascii(m, 1) + ascii(m, 2) + " " + paired(ascii(m, 3)); });
  // Versions and addresses of machines.
  add(u"(?<![\\d.])(\\d+(?:\\.\\d+){2,})(?!\\d)", [](const Match& m) {
    std::string out, part;
    for (char c : ascii(m, 1) + ".") {
      if (c != '.') {
        part += c;
        continue;
      }
      out += (out.empty() ? "" : " point ") +
             (part.size() > 2 ? digit_by_digit(part) : cardinal(part));
      part.clear();
    }
    return out;
  });
  // Ordinals, percentages, temperatures, units, fractions.
  add(u"\\b(\\d{1,3}(?:,\\d{3})+|\\d+)(?:st|nd|rd|th)\\b",
      [](const Match& m) { return ordinal(plain(ascii(m, 1))); });
  add(u"@%?\\s?[-–~]\\s?@\\s?%", [](const Match& m) {
    return decimal(plain(ascii(m, 1))) + " to " + decimal(plain(ascii(m, 2))) + " percent";
  });
  add(u"@\\s?%", [](const Match& m) { return decimal(plain(ascii(m, 1))) + " percent"; });
  add(u"(?<![A-Za-z\\d.-])@\\s?[-–~]\\s?@(?![\\d-])",
      [](const Match& m) { return decimal(plain(ascii(m, 1))) + " to " + to_utf8(m.group(2)); });
  add(u"(?<![A-Za-z\\d.])[-−](?=\\d)", [](const Match&) { return std::string("minus "); });
  add(u"(?<![A-Za-z\\d.])@\\s?" + units, [](const Match& m) {
    std::string number = plain(ascii(m, 1));
    return decimal(number) + " " + unit_name(ascii(m, 2), is_one(number));
  });
  add(u"(?<![\\d/.])(\\d+)\\s+(\\d)/(\\d{1,2})(?![\\d/])", [](const Match& m) {
    std::string part = is_one(ascii(m, 2)) && (ascii(m, 3) == "2" || ascii(m, 3) == "4")
                           ? (ascii(m, 3) == "2" ? "a half" : "a quarter")
                           : fraction(ascii(m, 2), ascii(m, 3));
    return cardinal(ascii(m, 1)) + " and " + part;
  });
  add(u"(?<![\\d/.])(\\d+)/(\\d+)(?![\\d/])", [](const Match& m) {
    if (ascii(m, 1) == "24" && ascii(m, 2) == "7") return std::string("twenty four seven");
    return fraction(ascii(m, 1), ascii(m, 2));
  });
  // Roman numerals after words that number things.
  add(u"\\b(Chapter|Part|Act|Volume|Section|Book|War|Phase|Type|Class|Level|Stage|Appendix|Article)"
      u"\\s+([IVXL]+)\\b",
      [](const Match& m) {
        return ascii(m, 1) + " " + cardinal(std::to_string(roman_value(ascii(m, 2))));
      });
  add(u"\\b(King|Queen|Pope|Henry|Louis|Charles|George|Edward|James|William|Elizabeth|Richard|John|"
      u"Paul|Philip|Francis|Napoleon|Catherine)\\s+([IVXL]{2,}|V|X)\\b",
      [](const Match& m) {
        return ascii(m, 1) + " the " + ordinal(std::to_string(roman_value(ascii(m, 2))));
      });
  // Arithmetic.
  add(u"(?<=\\d)\\s*[×*]\\s*(?=\\d)", [](const Match&) { return std::string(" times "); });
  add(u"(?<=\\d)\\s*÷\\s*(?=\\d)", [](const Match&) { return std::string(" divided by "); });
  add(u"(?<=[\\w)])\\s*=\\s*", [](const Match&) { return std::string(" equals "); });
  add(u"(?<=\\w)\\s*\\+\\s*(?=\\w)", [](const Match&) { return std::string(" plus "); });
  add(u"(?<=\\d)\\s+[-−]\\s+(?=\\d)", [](const Match&) { return std::string(" minus "); });
  // Years, then all other numbers.
  add(u"(?<![\\d.,#])(1[1-9]\\d\\d|20\\d\\d)(?![\\d.,]\\d|\\d)",
      [](const Match& m) { return year(ascii(m, 1)); });
  add(u"#\\s?(?=\\d)", [](const Match&) { return std::string("number "); });
  add(u"(?<![\\d.])(?<!\\d,)(0\\d+|\\d{13,})(?![\\d.,]\\d|\\d)",
      [](const Match& m) { return digit_by_digit(ascii(m, 1)); });
  add(u"(?<!\\d)(\\.\\d+)", [](const Match& m) { return decimal(ascii(m, 1)); });
  add(u"(?<=[A-Za-z])@(?=[A-Za-z]?)|@",
      [](const Match& m) { return " " + decimal(plain(ascii(m, m.has(1) ? 1 : 2))) + " "; });
  // Signs.
  static constexpr const char16_t* kSigns[] = {u"≈", u"≥", u"≤", u">", u"<", u"≠",
                                               u"±", u"√", u"π", u"²", u"³"};
  static constexpr const char* kSignWords[] = {
      " is about ",     " is at least ", " is at most ",    " is greater than ",
      " is less than ", " is not ",      " plus or minus ", " the square root of ",
      " pi ",           " squared ",     " cubed "};
  for (size_t i = 0; i < std::size(kSigns); ++i) {
    add(kSigns[i], [i](const Match&) { return std::string(kSignWords[i]); });
  }
  add(u"%", [](const Match&) { return std::string(" percent "); });
  add(u"&", [](const Match&) { return std::string(" and "); });
  list.push_back({Regex(u"@"), [](const Match&) { return std::string(" at "); }});
  add(u"[+]", [](const Match&) { return std::string(" plus "); });
  add(u"\\bplus\\s+plus\\b", [](const Match&) { return std::string("plus plus"); });
}

Normalizer::Normalizer() : rules_(std::make_unique<Rules>()) {}
Normalizer::~Normalizer() = default;

std::string Normalizer::normalize(const std::string& text) const {
  std::u32string in;
  for (char32_t c : decode_utf8(text)) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c == 0x2018 || c == 0x2019 || c == 0x02BC) c = '\'';
    if (is_space(c)) c = ' ';
    in.push_back(c);
  }
  Str s = to_utf16(in);
  for (const Rule& rule : rules_->list) {
    s = rule.pattern.replace(
        s, [&](const Match& m) { return to_utf16(std::string_view(rule.read(m))); });
  }
  std::u32string out;
  std::u32string marks = strip_marks(to_utf32(s));
  for (size_t i = 0; i < marks.size(); ++i) {
    char32_t c = marks[i];
    bool between_letters =
        i > 0 && i + 1 < marks.size() && is_latin(marks[i - 1]) && is_latin(marks[i + 1]);
    if (c < 0x80 && is_latin(c)) {
      out += c;
    } else if (c == '\'') {
      bool after = i > 0 && is_latin(marks[i - 1]),
           before = i + 1 < marks.size() && is_latin(marks[i + 1]);
      out += after && before ? U'\'' : after && (marks[i - 1] | 32) == 's' ? U' ' : U' ';
    } else if (c == '-' && between_letters) {
      out += U'-';
    } else if (c == '.' && between_letters) {
      // "U.S.A" and "node.js": letters join, words are parted.
      bool single =
          (i < 2 || !is_latin(marks[i - 2])) || (i + 2 >= marks.size() || !is_latin(marks[i + 2]));
      if (single) {
        out += U' ';
      } else {
        out += U" dot ";
      }
    } else if (c == '.' || c == ',' || c == '?' || c == '!') {
      out += c;
    } else if (c == U'。' || c == U'…') {
      out += U'.';
    } else if (c == ';' || c == ':' || c == U'、' || c == U'，' || c == '(' || c == ')' ||
               c == '[' || c == ']') {
      out += U',';
    } else if (c == U'—' || c == U'–' || (c == '-' && i > 0 && marks[i - 1] == ' ')) {
      out += U'-';
      out += U' ';
    } else if (std::u32string_view spelled = spelling(c); !spelled.empty()) {
      out += spelled;
    } else {
      out += U' ';
    }
  }
  s = rules_->blanks.replace(to_utf16(out), u" ");
  s = rules_->before_mark.replace(s, [](const Match& m) { return m.group(1); });
  s = rules_->marks.replace(s, [](const Match& m) { return m.group(1); });
  size_t first = s.find_first_not_of(u" "), last = s.find_last_not_of(u" ");
  return first == Str::npos ? "" : to_utf8(std::u16string_view(s).substr(first, last - first + 1));
}

}  // namespace myna::text::en
