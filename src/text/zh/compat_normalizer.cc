#include "text/zh/compat_normalizer.h"

#include <functional>
#include <vector>

#include "base/error.h"
#include "text/unicode.h"
#include "text/zh/numbers.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

struct Rule {
  Regex pattern;
  std::function<Str(const Match&)> read;
};

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

Str replace_all(Str text, std::u16string_view from, std::u16string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != Str::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

Str without(const Str& text, std::u16string_view characters) {
  Str out;
  for (char16_t c : text) {
    if (characters.find(c) == std::u16string_view::npos) out += c;
  }
  return out;
}

bool is_python_space(char16_t c) { return is_space(c); }

Str stripped(const Str& text) {
  size_t first = 0, last = text.size();
  while (first < last && is_python_space(text[first])) ++first;
  while (last > first && is_python_space(text[last - 1])) --last;
  return text.substr(first, last - first);
}

}  // namespace

struct CompatNormalizer::Rules {
  std::vector<Rule> before, after;  // around the repeated arithmetic rule
  Regex arithmetic, split{u"([：、，；。？！,;?!][”’]?)"}, marks{u"([!?…,.\\-])[!?…,.\\-]+"};

  static Regex arithmetic_pattern() {
    Str p = kPower;
    Str operand = u"((-?)((\\d+)(\\.\\d+)?" + p + u"*)|(\\.\\d+" + p + u"*)|([A-Za-z]" + p + u"*))";
    return Regex(operand + u"([+\\-×÷=])" + operand);
  }
  explicit Rules(const LexiconFile& table);
};

CompatNormalizer::Rules::Rules(const LexiconFile& table) : arithmetic(arithmetic_pattern()) {
  auto rule = [](std::vector<Rule>* list, const Str& text, std::function<Str(const Match&)> read) {
    list->push_back({Regex(text), std::move(read)});
  };
  rule(&before, u"(\\d{4}|\\d{2})年((0?[1-9]|1[0-2])月)?(((0?[1-9])|((1|2)[0-9])|30|31)([日号]))?",
       [](const Match& m) {
         Str out = digits(m.group(1)) + u"年";
         if (m.has(3)) out += number(m.group(3)) + u"月";
         if (m.has(5)) out += number(m.group(5)) + m.group(9);
         return out;
       });
  rule(&before, u"(\\d{4})([- /.])(0[1-9]|1[012])\\2(0[1-9]|[12][0-9]|3[01])", [](const Match& m) {
    return digits(m.group(1)) + u"年" + number(m.group(3)) + u"月" + number(m.group(4)) + u"日";
  });
  const Str time = u"([0-1]?[0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?";
  rule(&before, time + u"(~|-)" + time, [](const Match& m) {
    bool half = m.group(2) == u"30";  // of the first time, for both
    return clock(m.group(1), m.group(2), m.group(4), half) + u"至" +
           clock(m.group(6), m.group(7), m.group(9), half);
  });
  rule(&before, time, [](const Match& m) {
    return clock(m.group(1), m.group(2), m.group(4), m.group(2) == u"30");
  });
  const Str value = u"((-?)((\\d+)(\\.\\d+)?)|(\\.(\\d+)))", units = kTemperatureAndUnits;
  rule(&before, value + units + u"[~]" + value + units,
       [](const Match& m) { return replace_all(m.group(0), u"~", u"至"); });
  rule(&before, u"(-?)(\\d+(\\.\\d+)?)(°C|℃|度|摄氏度)", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"零下")) + number(m.group(2)) +
           (m.group(4) == u"摄氏度" ? Str(u"摄氏度") : Str(u"度"));
  });

  rule(&after, Str(kPower) + u"+", [](const Match& m) {
    constexpr std::u16string_view kFrom = u"⁰¹²³⁴⁵⁶⁷⁸⁹ˣʸⁿ", kTo = u"0123456789xyn";
    Str out = u"的";
    for (char16_t c : m.group(0)) out += kTo[kFrom.find(c)];
    return out + u"次方";
  });
  rule(&after, u"(-?)(\\d+)/(\\d+)", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"负")) + number(m.group(3)) + u"分之" +
           number(m.group(2));
  });
  rule(&after, u"(-?)(\\d+(\\.\\d+)?)%", [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"负")) + u"百分之" + number(m.group(2));
  });
  rule(&after, u"(?<!\\d)((\\+?86 ?)?1([38]\\d|5[0-35-9]|7[678]|9[89])\\d{8})(?!\\d)",
       [](const Match& m) { return split_digits(without(m.group(0), u"+"), u' '); });
  rule(&after, u"(?<!\\d)((0(10|2[1-3]|[3-9]\\d{2})-?)?[1-9]\\d{6,7})(?!\\d)",
       [](const Match& m) { return split_digits(m.group(0), u'-'); });
  rule(&after, u"(400)(-)?\\d{3}(-)?\\d{4}",
       [](const Match& m) { return split_digits(m.group(0), u'-'); });
  rule(&after,
       u"(?<![\\d+\\-×÷=])((-?)((\\d+)(\\.\\d+)?))[-~]((-?)((\\d+)(\\.\\d+)?))(?![\\d+\\-×÷=])",
       [](const Match& m) {
         auto side = [&](int sign, int digits_group) {
           return (m.group(sign).empty() ? Str() : Str(u"负")) + number(m.group(digits_group));
         };
         return side(2, 3) + u"到" + side(7, 8);
       });
  rule(&after, u"(-)(\\d+)", [](const Match& m) { return u"负" + number(m.group(2)); });
  rule(&after, u"((\\d+)(\\.\\d+)(\\.\\d+)?(\\.\\d+)+)", [](const Match& m) {
    Str out;
    for (char16_t c : m.group(1)) out += c == u'.' ? Str(u"点") : number(Str(1, c));
    return out;
  });
  rule(&after, u"(-?)((\\d+)(\\.\\d+))|(\\.(\\d+))", signed_number);
  Str measures = to_utf16(table.meta("measures"));
  rule(&after, u"(\\d+)([多余几+])?(" + measures + u")", [](const Match& m) {
    Str n = number(m.group(1)), more = m.group(2);
    return (n == u"二" ? Str(u"两") : n) + (more == u"+" ? Str(u"多") : more) + m.group(3);
  });
  rule(&after, u"\\d{3}\\d*", [](const Match& m) { return digits(m.group(0), true); });
  rule(&after, kNumberPattern, signed_number);
}

CompatNormalizer::CompatNormalizer(const LexiconFile& rules)
    : table_(rules), rules_(std::make_unique<Rules>(rules)) {}

CompatNormalizer::~CompatNormalizer() = default;

std::vector<Str> CompatNormalizer::sentences(const std::string& text) const {
  Str all = without(without(to_utf16(std::string_view(text)), u" "), kDeleted);
  all = stripped(rules_->split.replace(all, [](const Match& m) { return m.group(0) + u"\n"; }));
  std::vector<Str> out;
  for (size_t at = 0; at <= all.size();) {
    size_t stop = std::min(all.find(u'\n', at), all.size());
    Str sentence = stripped(all.substr(at, stop - at));
    at = stop + 1;
    std::u32string simple;
    for (char32_t c : to_utf32(sentence)) {
      bool letter = (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
      if (letter || (c >= 0xFF10 && c <= 0xFF19)) {
        c -= 0xFEE0;
      } else if (c > 0x7F) {
        if (auto found = table_.find("t/" + encode_utf8(c))) c = decode_utf8(*found)[0];
      }
      simple.push_back(c);
    }
    sentence = to_utf16(simple);
    for (const Rule& r : rules_->before) sentence = r.pattern.replace(sentence, r.read);
    for (const auto& unit : kUnits) sentence = replace_all(sentence, unit[0], unit[1]);
    while (rules_->arithmetic.search(sentence)) {
      sentence = rules_->arithmetic.replace(sentence, [](const Match& m) {
        Str op = m.group(8);
        return m.group(1) +
               (op == u"+"   ? u"加"
                : op == u"-" ? u"减"
                : op == u"×" ? u"乘"
                : op == u"÷" ? u"除"
                             : u"等于") +
               m.group(9);
      });
    }
    for (const Rule& r : rules_->after) sentence = r.pattern.replace(sentence, r.read);
    for (const auto& named : kNamed) sentence = replace_all(sentence, named[0], named[1]);
    sentence = without(without(sentence, kDeleted), u"-=");
    out.push_back(std::move(sentence));
  }
  return out;
}

std::string CompatNormalizer::normalize(const std::string& text) const {
  Str out;
  for (const Str& sentence : sentences(text)) {
    for (char16_t c : replace_all(sentence, u"...", u"…")) {
      constexpr std::u16string_view kFrom = u"：；，。！？\n·、$/—~～嗯呣";
      constexpr std::u16string_view kTo = u",,,.!?.,,.,-……恩母";
      if (size_t k = kFrom.find(c); k != std::u16string_view::npos) c = kTo[k];
      bool mark = std::u16string_view(u"!?…,.-").find(c) != std::u16string_view::npos;
      if (mark || (c >= 0x4E00 && c <= 0x9FA5)) out += c;
    }
  }
  return to_utf8(rules_->marks.replace(out, [](const Match& m) { return m.group(1); }));
}

}  // namespace myna::text::zh
