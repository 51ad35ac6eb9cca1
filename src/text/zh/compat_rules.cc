#include "base/error.h"
#include "text/unicode.h"
#include "text/zh/numbers.h"
#include "text/zh/rule_set.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

void check_digits(const Str& text) {
  for (char16_t c : text) {
    if (c != u'.' && (c < u'0' || c > u'9')) {
      throw Error(ErrorCode::kInvalidText, "digits other than 0-9 cannot be read in compat mode",
                  to_utf8(text));
    }
  }
}

Str number(const Str& text) {
  check_digits(text);
  return text.find(u'.') == Str::npos ? cardinal(text) : decimal(text, false);
}

Str digits(const Str& text, bool yao = false) {
  check_digits(text);
  return digit_by_digit(text, yao);
}

Str strip_zeros(const Str& text) {
  size_t first = text.find_first_not_of(u'0');
  return first == Str::npos ? Str() : text.substr(first);
}

/// Minutes and seconds: "05" -> 零五.
Str two_digits(const Str& text) {
  return (text[0] == u'0' ? Str(u"零") : Str()) + number(strip_zeros(text));
}

Str clock(const Str& hour, const Str& minute, const Str& second, bool half) {
  Str out = number(hour) + u"点";
  if (!strip_zeros(minute).empty()) out += half ? Str(u"半") : two_digits(minute) + u"分";
  if (!strip_zeros(second).empty()) out += two_digits(second) + u"秒";
  return out;
}

Str split_digits(const Str& text, char16_t separator) {
  Str out;
  for (size_t at = 0;;) {
    size_t stop = text.find(separator, at);
    out += digits(text.substr(at, stop - at), true);
    if (stop == Str::npos) return out;
    out += u"，";
    at = stop + 1;
  }
}

Str signed_number(const Match& m) {  // groups of kNumberPattern
  if (m.has(5)) return number(m.group(5));
  return (m.group(1).empty() ? Str() : Str(u"负")) + number(m.group(2));
}

constexpr const char16_t* kNumberPattern = u"(-?)((\\d+)(\\.\\d+)?)|(\\.(\\d+))";
constexpr const char16_t* kPower = u"[⁰¹²³⁴⁵⁶⁷⁸⁹ˣʸⁿ]";
constexpr const char16_t* kTemperatureAndUnits =
    u"(%|°C|℃|度|摄氏度|cm2|cm²|cm3|cm³|cm|db|ds|kg|km|m2|m²|m³|m3|ml|m|mm|s)";

/// Order matters: "m" is replaced before "mm" is looked for.
constexpr const char16_t* kUnits[][2] = {
    {u"cm2", u"平方厘米"}, {u"cm²", u"平方厘米"}, {u"cm3", u"立方厘米"}, {u"cm³", u"立方厘米"},
    {u"cm", u"厘米"},      {u"db", u"分贝"},      {u"ds", u"毫秒"},      {u"kg", u"千克"},
    {u"km", u"千米"},      {u"m2", u"平方米"},    {u"m²", u"平方米"},    {u"m³", u"立方米"},
    {u"m3", u"立方米"},    {u"ml", u"毫升"},      {u"m", u"米"},         {u"mm", u"毫米"},
    {u"s", u"秒"}};

constexpr const char16_t* kNamed[][2] = {
    {u"/", u"每"},     {u"①", u"一"},       {u"②", u"二"},       {u"③", u"三"},
    {u"④", u"四"},     {u"⑤", u"五"},       {u"⑥", u"六"},       {u"⑦", u"七"},
    {u"⑧", u"八"},     {u"⑨", u"九"},       {u"⑩", u"十"},       {u"α", u"阿尔法"},
    {u"β", u"贝塔"},   {u"γ", u"伽玛"},     {u"Γ", u"伽玛"},     {u"δ", u"德尔塔"},
    {u"Δ", u"德尔塔"}, {u"ε", u"艾普西龙"}, {u"ζ", u"捷塔"},     {u"η", u"依塔"},
    {u"θ", u"西塔"},   {u"Θ", u"西塔"},     {u"ι", u"艾欧塔"},   {u"κ", u"喀帕"},
    {u"λ", u"拉姆达"}, {u"Λ", u"拉姆达"},   {u"μ", u"缪"},       {u"ν", u"拗"},
    {u"ξ", u"克西"},   {u"Ξ", u"克西"},     {u"ο", u"欧米克伦"}, {u"π", u"派"},
    {u"Π", u"派"},     {u"ρ", u"肉"},       {u"ς", u"西格玛"},   {u"Σ", u"西格玛"},
    {u"σ", u"西格玛"}, {u"τ", u"套"},       {u"υ", u"宇普西龙"}, {u"φ", u"服艾"},
    {u"Φ", u"服艾"},   {u"χ", u"器"},       {u"ψ", u"普赛"},     {u"Ψ", u"普赛"},
    {u"ω", u"欧米伽"}, {u"Ω", u"欧米伽"},   {u"+", u"加"},       {u"-", u"减"},
    {u"×", u"乘"},     {u"÷", u"除"},       {u"=", u"等"}};

constexpr std::u16string_view kDeleted = u"—《》【】<>{}()（）#&@“”^_|\\";

/// Operators between numbers or letters; what they make can be an operand again.
void add_arithmetic(RewriteRules* rules) {
  const Str p = kPower;
  const Str operand =
      u"((-?)((\\d+)(\\.\\d+)?" + p + u"*)|(\\.\\d+" + p + u"*)|([A-Za-z]" + p + u"*))";
  rules->add_repeated(operand + u"([+\\-×÷=])" + operand, [](const Match& m) {
    const Str op = m.group(8);
    return m.group(1) +
           (op == u"+"   ? u"加"
            : op == u"-" ? u"减"
            : op == u"×" ? u"乘"
            : op == u"÷" ? u"除"
                         : u"等于") +
           m.group(9);
  });
}

void add_dates(RewriteRules* rules) {
  rules->add(u"(\\d{4}|\\d{2})年((0?[1-9]|1[0-2])月)?(((0?[1-9])|((1|2)[0-9])|30|31)([日号]))?",
             [](const Match& m) {
               Str out = digits(m.group(1)) + u"年";
               if (m.has(3)) out += number(m.group(3)) + u"月";
               if (m.has(5)) out += number(m.group(5)) + m.group(9);
               return out;
             });
  rules->add(u"(\\d{4})([- /.])(0[1-9]|1[012])\\2(0[1-9]|[12][0-9]|3[01])", [](const Match& m) {
    return digits(m.group(1)) + u"年" + number(m.group(3)) + u"月" + number(m.group(4)) + u"日";
  });
  const Str time = u"([0-1]?[0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?";
  rules->add(time + u"(~|-)" + time, [](const Match& m) {
    bool half = m.group(2) == u"30";  // of the first time, for both
    return clock(m.group(1), m.group(2), m.group(4), half) + u"至" +
           clock(m.group(6), m.group(7), m.group(9), half);
  });
  rules->add(time, [](const Match& m) {
    return clock(m.group(1), m.group(2), m.group(4), m.group(2) == u"30");
  });
  const Str value = u"((-?)((\\d+)(\\.\\d+)?)|(\\.(\\d+)))", units = kTemperatureAndUnits;
  rules->add(value + units + u"[~]" + value + units,
             [](const Match& m) { return replace_all(m.group(0), u"~", u"至"); });
  rules->add(u"(-?)(\\d+(\\.\\d+)?)(°C|℃|度|摄氏度)", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"零下")) + number(m.group(2)) +
           (m.group(4) == u"摄氏度" ? Str(u"摄氏度") : Str(u"度"));
  });
}

void add_numbers(RewriteRules* rules, const LexiconFile& table) {
  rules->add(Str(kPower) + u"+", [](const Match& m) {
    constexpr std::u16string_view kFrom = u"⁰¹²³⁴⁵⁶⁷⁸⁹ˣʸⁿ", kTo = u"0123456789xyn";
    Str out = u"的";
    for (char16_t c : m.group(0)) out += kTo[kFrom.find(c)];
    return out + u"次方";
  });
  rules->add(u"(-?)(\\d+)/(\\d+)", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"负")) + number(m.group(3)) + u"分之" +
           number(m.group(2));
  });
  rules->add(u"(-?)(\\d+(\\.\\d+)?)%", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"负")) + u"百分之" + number(m.group(2));
  });
  rules->add(u"(?<!\\d)((\\+?86 ?)?1([38]\\d|5[0-35-9]|7[678]|9[89])\\d{8})(?!\\d)",
             [](const Match& m) { return split_digits(without(m.group(0), u"+"), u' '); });
  rules->add(u"(?<!\\d)((0(10|2[1-3]|[3-9]\\d{2})-?)?[1-9]\\d{6,7})(?!\\d)",
             [](const Match& m) { return split_digits(m.group(0), u'-'); });
  rules->add(u"(400)(-)?\\d{3}(-)?\\d{4}",
             [](const Match& m) { return split_digits(m.group(0), u'-'); });
  rules->add(
      u"(?<![\\d+\\-×÷=])((-?)((\\d+)(\\.\\d+)?))[-~]((-?)((\\d+)(\\.\\d+)?))(?![\\d+\\-×÷=])",
      [](const Match& m) {
        auto side = [&](int sign, int digits_group) {
          return (m.group(sign).empty() ? Str() : Str(u"负")) + number(m.group(digits_group));
        };
        return side(2, 3) + u"到" + side(7, 8);
      });
  rules->add(u"(-)(\\d+)", [](const Match& m) { return u"负" + number(m.group(2)); });
  rules->add(u"((\\d+)(\\.\\d+)(\\.\\d+)?(\\.\\d+)+)", [](const Match& m) {
    Str out;
    for (char16_t c : m.group(1)) out += c == u'.' ? Str(u"点") : number(Str(1, c));
    return out;
  });
  rules->add(u"(-?)((\\d+)(\\.\\d+))|(\\.(\\d+))", signed_number);
  Str measures = to_utf16(table.meta("measures"));
  rules->add(u"(\\d+)([多余几+])?(" + measures + u")", [](const Match& m) {
    Str n = number(m.group(1)), more = m.group(2);
    return (n == u"二" ? Str(u"两") : n) + (more == u"+" ? Str(u"多") : more) + m.group(3);
  });
  rules->add(u"\\d{3}\\d*", [](const Match& m) { return digits(m.group(0), true); });
  rules->add(kNumberPattern, signed_number);
}

char32_t fold(char32_t c) {
  const bool letter = (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
  return letter || (c >= 0xFF10 && c <= 0xFF19) ? c - 0xFEE0 : c;
}

}  // namespace

RuleSet compat_rules(const LexiconFile& table) {
  RuleSet set;
  set.dropped = Str(u" ") + Str(kDeleted);
  set.sentence_end.emplace(u"([：、，；。？！,;?!][”’]?)");
  set.fold = fold;
  add_dates(&set.rules);
  for (const auto& unit : kUnits) set.rules.add_literal(unit[0], unit[1]);
  add_arithmetic(&set.rules);
  add_numbers(&set.rules, table);
  for (const auto& named : kNamed) set.rules.add_literal(named[0], named[1]);
  set.rules.add_step([](const Str& text) { return without(without(text, kDeleted), u"-="); });
  set.rules.add_literal(u"...", u"…");
  set.signs = u"：；，。！？\n·、$/—~～嗯呣";
  set.marks = u",,,.!?.,,.,-……恩母";
  return set;
}

}  // namespace myna::text::zh
