#include "text/zh/normalizer.h"

#include <functional>
#include <vector>

#include "text/unicode.h"
#include "text/zh/numbers.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

struct Rule {
  Regex pattern;
  std::function<Str(const Match&)> read;
};

Str plain(const Str& number) {  // "1,234.5" -> "1234.5"
  Str out;
  for (char16_t c : number) {
    if (c != u',') out += c;
  }
  return out;
}

/// A signless number in reading form; thousands separators allowed.
Str read(const Str& number) { return decimal(plain(number)); }

Str signed_read(const Str& sign, const Str& number) {
  return (sign.empty() || sign == u"+" ? Str() : Str(u"负")) + read(number);
}

/// 2 before a measure word is 两.
Str counted(const Str& number) {
  Str digits = plain(number);
  if (digits == u"2") return u"两";
  Str out = decimal(digits);
  // 2000 -> 两千, 20000 -> 两万; 200 stays 二百.
  if (out.size() >= 2 && out[0] == u'二' && (out[1] == u'千' || out[1] == u'万' || out[1] == u'亿'))
    out[0] = u'两';
  return out;
}

Str unit_name(const Str& unit) {
  struct Name {
    const char16_t* symbol;
    const char16_t* name;
  };
  static constexpr Name kNames[] = {
      {u"km/h", u"千米每小时"},
      {u"m/s", u"米每秒"},
      {u"km²", u"平方千米"},
      {u"km2", u"平方千米"},
      {u"cm²", u"平方厘米"},
      {u"cm2", u"平方厘米"},
      {u"cm³", u"立方厘米"},
      {u"cm3", u"立方厘米"},
      {u"mm²", u"平方毫米"},
      {u"m²", u"平方米"},
      {u"m2", u"平方米"},
      {u"㎡", u"平方米"},
      {u"m³", u"立方米"},
      {u"m3", u"立方米"},
      {u"km", u"千米"},
      {u"cm", u"厘米"},
      {u"mm", u"毫米"},
      {u"nm", u"纳米"},
      {u"μm", u"微米"},
      {u"um", u"微米"},
      {u"kg", u"千克"},
      {u"mg", u"毫克"},
      {u"ml", u"毫升"},
      {u"mL", u"毫升"},
      {u"kWh", u"千瓦时"},
      {u"kwh", u"千瓦时"},
      {u"kW", u"千瓦"},
      {u"kw", u"千瓦"},
      {u"MHz", u"兆赫兹"},
      {u"GHz", u"吉赫兹"},
      {u"kHz", u"千赫兹"},
      {u"Hz", u"赫兹"},
      {u"hz", u"赫兹"},
      {u"dB", u"分贝"},
      {u"db", u"分贝"},
      {u"ms", u"毫秒"},
      {u"min", u"分钟"},
      {u"mAh", u"毫安时"},
      {u"mah", u"毫安时"},
      {u"m", u"米"},
      {u"g", u"克"},
      {u"t", u"吨"},
      {u"L", u"升"},
      {u"l", u"升"},
      {u"s", u"秒"},
      {u"h", u"小时"},
      {u"W", u"瓦"},
      {u"V", u"伏"},
      {u"A", u"安"},
      {u"℃", u"摄氏度"},
      {u"°C", u"摄氏度"},
      {u"℉", u"华氏度"},
      {u"°F", u"华氏度"},
      {u"°", u"度"},
  };
  for (const Name& n : kNames) {
    if (unit == n.symbol) return n.name;
  }
  return unit;
}

constexpr const char16_t* kNumber = u"\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?";

/// Pattern text with @ standing for a number group.
Regex pattern(Str text) {
  Str out;
  for (char16_t c : text) {
    if (c == u'@') {
      out += Str(u"(") + kNumber + u")";
    } else {
      out += c;
    }
  }
  return Regex(out);
}

constexpr const char16_t* kUnits =
    u"(km/h|m/s|km²|km2|cm²|cm2|cm³|cm3|mm²|m²|m2|㎡|m³|m3|km|cm|mm|nm|μm|um|kg|mg|ml|mL|kWh|kwh|"
    u"kW|kw|MHz|GHz|kHz|Hz|hz|dB|db|ms|min|mAh|mah|m|g|t|L|l|s|h|W|V|A|℃|°C|℉|°F|°)(?![A-Za-z0-9])";

constexpr const char16_t* kMeasure =
    u"[个只条张把件位名次天年岁周本支枝杯瓶碗盒箱袋包家间座栋层辆架艘艇台部款套双对副片块颗粒根棵株"
    u"朵头匹"
    u"群组排行列句段篇章首场届期轮遍回趟顿餐口步声笔份批代类种样项节堂门幅册页集封则道盏束串滴堆桶"
    u"罐锅壶扇顶"
    u"万亿千米克吨升斤里尺寸分秒点人]|小时|分钟|星期|公里|公斤|公顷|千克|平方|立方|月份|个";

Str date(const Str& year, const Str& month, const Str& day) {
  Str out;
  if (!year.empty()) out += digit_by_digit(year) + u"年";
  if (!month.empty()) out += cardinal(month) + u"月";
  if (!day.empty()) out += cardinal(day) + u"日";
  return out;
}

Str clock(const Str& hour, const Str& minute, const Str& second) {
  Str out = hour == u"2" || hour == u"02" ? Str(u"两") : cardinal(hour);
  out += u"点";
  if (minute == u"30" && second.empty()) return out + u"半";
  if (!(minute == u"00" && second.empty())) {
    if (minute[0] == u'0' && minute != u"00") out += u"零";
    out += cardinal(minute) + u"分";
  }
  if (!second.empty()) {
    if (second[0] == u'0' && second != u"00") out += u"零";
    out += cardinal(second) + u"秒";
  }
  return out;
}

Str money_name(const Str& sign) {
  if (sign == u"$" || sign == u"US$") return u"美元";
  if (sign == u"€") return u"欧元";
  if (sign == u"£") return u"英镑";
  if (sign == u"HK$") return u"港元";
  return u"元";
}

}  // namespace

struct Normalizer::Rules {
  std::vector<Rule> list;
  Regex marks{u"([!?…,.\\-])[!?…,.\\-]+"};

  void add(Str text, std::function<Str(const Match&)> read) {
    list.push_back({pattern(std::move(text)), std::move(read)});
  }
  Rules();
};

Normalizer::Rules::Rules() {
  const Str units = kUnits, measure = Str(u"(?:") + kMeasure + u")";
  // Dates.
  add(u"(?<!\\d)(\\d{4}|\\d{2})年(0?[1-9]|1[0-2])月(?:(0?[1-9]|[12]\\d|3[01])([日号]))?",
      [](const Match& m) {
        Str out = digit_by_digit(m.group(1)) + u"年" + cardinal(m.group(2)) + u"月";
        return m.has(3) ? out + cardinal(m.group(3)) + m.group(4) : out;
      });
  add(u"(?<!\\d)(\\d{4})\\s?[-~—–至到]+\\s?(\\d{4})年", [](const Match& m) {
    return digit_by_digit(m.group(1)) + u"年至" + digit_by_digit(m.group(2)) + u"年";
  });
  add(u"(?<!\\d)([12]\\d{3}|0\\d)年(?![前后内间多来]|以[前后来内])",
      [](const Match& m) { return digit_by_digit(m.group(1)) + u"年"; });
  add(u"(?<!\\d)([5-9][1-9])年(?![前后内间多来]|以[前后来内])",
      [](const Match& m) { return digit_by_digit(m.group(1)) + u"年"; });
  add(u"(?<![\\d./-])(\\d{4})([-/.])(0?[1-9]|1[0-2])\\2(0?[1-9]|[12]\\d|3[01])(?![\\d./-]\\d|\\d)",
      [](const Match& m) { return date(m.group(1), m.group(3), m.group(4)); });
  add(u"(?<!\\d)(0?[1-9]|1[0-2])月(0?[1-9]|[12]\\d|3[01])([日号])", [](const Match& m) {
    return cardinal(m.group(1)) + u"月" + cardinal(m.group(2)) + m.group(3);
  });
  add(u"(?<!\\d)(0?[1-9]|1[0-2])月(?!份?[以之]?[前后]|饼)",
      [](const Match& m) { return cardinal(m.group(1)) + u"月"; });
  // Times.
  const Str time = u"([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?";
  add(u"(?<![\\d:])" + time + u"\\s?[-~—–至到]+\\s?" + time + u"(?![\\d:])", [](const Match& m) {
    return clock(m.group(1), m.group(2), m.group(3)) + u"至" +
           clock(m.group(4), m.group(5), m.group(6));
  });
  add(u"(?<![\\d:])" + time + u"(?![\\d:])",
      [](const Match& m) { return clock(m.group(1), m.group(2), m.group(3)); });
  add(u"(?<![\\d:])(\\d+):(\\d+)(?![\\d:])",
      [](const Match& m) { return cardinal(m.group(1)) + u"比" + cardinal(m.group(2)); });
  add(u"((?:比分|以|战胜|击败|战平|打平|领先)[^\\d，。,]{0,6})(\\d{1,3})[-－–](\\d{1,3})(?!\\d)",
      [](const Match& m) {
        return m.group(1) + cardinal(m.group(2)) + u"比" + cardinal(m.group(3));
      });
  add(u"(?<!\\d)(\\d[05])后", [](const Match& m) { return digit_by_digit(m.group(1)) + u"后"; });
  // Telephone numbers and other strings that are spelled.
  add(u"(?<!\\d)(\\+?86[- ]?)?(1[3-9]\\d)[- ]?(\\d{4})[- ]?(\\d{4})(?!\\d)", [](const Match& m) {
    return (m.has(1) ? Str(u"八六,") : Str()) + digit_by_digit(m.group(2), true) + u"," +
           digit_by_digit(m.group(3), true) + u"," + digit_by_digit(m.group(4), true);
  });
  add(u"(?<![\\d-])(0\\d{2,3})[- ](\\d{3,4})[- ]?(\\d{4})(?![\\d-])", [](const Match& m) {
    return digit_by_digit(m.group(1), true) + u"," + digit_by_digit(m.group(2), true) +
           digit_by_digit(m.group(3), true);
  });
  add(u"(?<![\\d-])([48]00)[- ]?(\\d{3,4})[- ]?(\\d{3,4})(?![\\d-])", [](const Match& m) {
    return digit_by_digit(m.group(1), true) + u"," + digit_by_digit(m.group(2), true) + u"," +
           digit_by_digit(m.group(3), true);
  });
  add(u"((?:拨打|致电|电话|热线|手机|号码|尾号|编号|密码|邮编|房间|验证码|QQ|航班|工号|学号|卡号|"
      u"账号|车牌|门牌)"
      u"[号码]{0,2}[为是:]?\\s?)(\\d{3,})",
      [](const Match& m) { return m.group(1) + digit_by_digit(m.group(2), true); });
  add(u"(?<!\\d)(\\d{3,4})(?=(?:房间|室|号房|航班|次列车|国道|高速))",
      [](const Match& m) { return digit_by_digit(m.group(1), true); });
  add(u"(?<![\\d.])(11[0459]|12[0-2]|12315|12345|10086|10010|10000|95\\d{3})(?=电话|热线|报警|急救|"
      u"$)",
      [](const Match& m) { return digit_by_digit(m.group(1), true); });
  // Versions, addresses: more than one dot.
  add(u"(?<![\\d.])(\\d+(?:\\.\\d+){2,})(?![\\d.])", [](const Match& m) {
    Str out, part;
    for (char16_t c : m.group(1) + u".") {
      if (c != u'.') {
        part += c;
        continue;
      }
      out += (out.empty() ? Str() : Str(u"点")) +
             (part.size() > 2 ? digit_by_digit(part) : cardinal(part));
      part.clear();
    }
    return out;
  });
  // Money.
  add(u"(HK\\$|US\\$|[$¥￥€£])\\s?@([万亿千百]*)",
      [](const Match& m) { return counted(m.group(2)) + m.group(3) + money_name(m.group(1)); });
  // Temperature, with a range.
  add(u"([-－−]?)@\\s?[~～至到—–-]\\s?([-－−]?)@(℃|°C|℉|°F|度)", [](const Match& m) {
    auto minus = [](const Str& s) { return s.empty() ? Str() : Str(u"零下"); };
    return minus(m.group(1)) + read(m.group(2)) + u"到" + minus(m.group(3)) + read(m.group(4)) +
           unit_name(m.group(5));
  });
  add(u"([-－−])@(℃|°C|℉|°F|度)",
      [](const Match& m) { return u"零下" + read(m.group(2)) + unit_name(m.group(3)); });
  // Percentages and ranges of them.
  add(u"@([%‰]?)\\s?[-~～—–至到]\\s?@([%‰])", [](const Match& m) {
    Str of = m.group(4) == u"%" ? u"百分之" : u"千分之";
    return of + read(m.group(1)) + u"到" + of + read(m.group(3));
  });
  add(u"([-+－−]?)@([%‰])", [](const Match& m) {
    Str sign = m.group(1);
    return (sign.empty() ? Str() : Str(sign == u"+" ? u"正" : u"负")) +
           (m.group(3) == u"%" ? u"百分之" : u"千分之") + read(m.group(2));
  });
  // Ranges with a unit or measure word.
  add(u"(?<![\\d.A-Za-z-])@\\s?(?:" + units + u")?\\s?[-~～—–]\\s?@\\s?(?=" + measure + u"|" +
          units + u"|[号日级度元])",
      [](const Match& m) {
        Str first = m.has(2) ? counted(m.group(1)) + unit_name(m.group(2)) : counted(m.group(1));
        return first + u"到" + m.group(3);
      });
  add(u"(?<![\\d.A-Za-z-])@\\s?[~～]\\s?@(?![\\d.-])",
      [](const Match& m) { return read(m.group(1)) + u"到" + read(m.group(2)); });
  // Arithmetic needs an equals sign or blanks or × ÷ to be meant.
  add(u"@\\s?=", [](const Match& m) { return read(m.group(1)) + u"等于"; });
  add(u"=\\s?([-－−]?)@",
      [](const Match& m) { return u"等于" + signed_read(m.group(1), m.group(2)); });
  add(u"@\\s?([+×÷*])\\s?(?=[\\d(（])", [](const Match& m) {
    Str op = m.group(2);
    return read(m.group(1)) + (op == u"+" ? u"加" : op == u"÷" ? u"除以" : u"乘");
  });
  add(u"@\\s[-－−]\\s(?=\\d)", [](const Match& m) { return read(m.group(1)) + u"减"; });
  add(u"(?<![\\d-])@[-－−](?=\\d[\\d.]*等于)",
      [](const Match& m) { return read(m.group(1)) + u"减"; });
  // Fractions; 24/7 style pairs are fractions too.
  add(u"(?<![\\d/.])(\\d+)/(\\d+)(?![\\d/])",
      [](const Match& m) { return cardinal(m.group(2)) + u"分之" + cardinal(m.group(1)); });
  // Units.
  add(u"(?<![\\d.A-Za-z])([-－−]?)@\\s?" + units, [](const Match& m) {
    Str sign = m.group(1).empty() ? Str() : Str(u"负");
    return sign + counted(m.group(2)) + unit_name(m.group(3));
  });
  // Ordinals, then quantities.
  add(u"(第)(\\d+)", [](const Match& m) { return m.group(1) + cardinal(m.group(2)); });
  add(u"(?<![\\d.])(0\\d+)(?![\\d.])", [](const Match& m) { return digit_by_digit(m.group(1)); });
  add(u"(?<![\\d.])(\\d{9,})(?![\\d.,万亿])",
      [](const Match& m) { return digit_by_digit(m.group(1)); });
  add(u"(?<![\\d.])@(?=[多余几]?(?:" + measure + u"))(?!月)",
      [](const Match& m) { return counted(m.group(1)); });
  add(u"(?<![\\dA-Za-z.])[-－−]@", [](const Match& m) { return u"负" + read(m.group(1)); });
  add(u"(?<!\\d)(\\.\\d+)", [](const Match& m) { return decimal(m.group(1)); });
  add(u"@", [](const Match& m) { return read(m.group(1)); });
  // Signs.
  static constexpr const char16_t* kSigns[][2] = {
      {u"≈", u"约等于"},    {u"≥", u"大于等于"},  {u"≤", u"小于等于"},  {u">", u"大于"},
      {u"<", u"小于"},      {u"≠", u"不等于"},    {u"±", u"正负"},      {u"√", u"根号"},
      {u"²", u"的平方"},    {u"³", u"的立方"},    {u"∞", u"无穷大"},    {u"→", u"到"},
      {u"№", u"第"},        {u"[αΑ]", u"阿尔法"}, {u"[βΒ]", u"贝塔"},   {u"[γΓ]", u"伽马"},
      {u"[δΔ]", u"德尔塔"}, {u"ε", u"艾普西龙"},  {u"[θΘ]", u"西塔"},   {u"[λΛ]", u"兰姆达"},
      {u"[μΜ]", u"缪"},     {u"[πΠ]", u"派"},     {u"[σΣ]", u"西格玛"}, {u"[φΦ]", u"斐"},
      {u"[ωΩ]", u"欧米伽"}};
  for (const auto& sign : kSigns) {
    Str words = sign[1];
    add(sign[0], [words](const Match&) { return words; });
  }
  add(u"[/]", [](const Match&) { return Str(u","); });
  add(u"[×]", [](const Match&) { return Str(u"乘"); });
  add(u"[÷]", [](const Match&) { return Str(u"除以"); });
  add(u"[+]", [](const Match&) { return Str(u"加"); });
  add(u"[=]", [](const Match&) { return Str(u"等于"); });
  add(u"[&]", [](const Match&) { return Str(u"和"); });
  add(u"[%]", [](const Match&) { return Str(u"百分之"); });
}

Normalizer::Normalizer(const LexiconFile& rules)
    : table_(rules), rules_(std::make_unique<Rules>()) {}

Normalizer::~Normalizer() = default;

std::string Normalizer::normalize(const std::string& text) const {
  std::u32string in;
  for (char32_t c : decode_utf8(text)) {
    if (c >= 0xFF10 && c <= 0xFF5A && c != 0xFF1A && c != 0xFF1B && c != 0xFF1F) {
      c -= 0xFEE0;  // full-width digits, letters, =
    } else if (c == 0xFF05 || c == 0xFF0B || c == 0xFF0F || c == 0xFF0E) {
      c -= 0xFEE0;
    } else if (c >= 0x2460 && c <= 0x2468) {
      c = U'1' + (c - 0x2460);
    } else if (is_digit(c) && c > 0x7F) {
      c = U'0';
      // Digits of other scripts are rare here: use their value.
    } else if (is_han(c)) {
      if (auto simple = table_.find("t/" + encode_utf8(c))) c = decode_utf8(*simple)[0];
    } else if (c == 0x3000 || c == 0xA0) {
      c = U' ';
    }
    in.push_back(c == 0x3007 ? U'零' : c);
  }
  Str s = to_utf16(in);
  // ：between digits is a clock.
  static const Regex colon(u"(?<=\\d)：(?=\\d)");
  s = colon.replace(s, u":");
  for (const Rule& rule : rules_->list) s = rule.pattern.replace(s, rule.read);
  std::u32string out;
  for (char32_t c : to_utf32(s)) {
    switch (c) {
      case U'：':
      case U'；':
      case U'，':
      case U'、':
      case U':':
      case U';':
      case U'·':
      case U',':
        out += U',';
        break;
      case U'。':
      case U'\n':
      case U'.':
        out += U'.';
        break;
      case U'！':
      case U'!':
        out += U'!';
        break;
      case U'？':
      case U'?':
        out += U'?';
        break;
      case U'—':
      case U'-':
      case U'－':
      case U'–':
        out += U'-';
        break;
      case U'…':
      case U'~':
      case U'～':
        out += U'…';
        break;
      case U'嗯':
        out += U'恩';
        break;
      case U'呣':
        out += U'母';
        break;
      default:
        if (c >= 0x4E00 && c <= 0x9FA5) out += c;
    }
  }
  return to_utf8(rules_->marks.replace(to_utf16(out), [](const Match& m) { return m.group(1); }));
}

}  // namespace myna::text::zh
