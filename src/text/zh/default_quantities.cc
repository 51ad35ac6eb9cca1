// Money, temperatures, percentages, ranges, arithmetic, units and all other numbers, as Myna reads
// them.
#include "text/zh/numbers.h"
#include "text/zh/reading.h"
#include "text/zh/rule_set.h"
#include "text/zh/units.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

Str signed_number(const Str& sign, const Str& number) {
  return (sign.empty() || sign == u"+" ? Str() : Str(u"负")) + read_number(number);
}

Str money_name(const Str& sign) {
  struct Name {
    std::u16string_view sign, name;
  };
  static constexpr Name kNames[] = {{u"$", u"美元"}, {u"US$", u"美元"}, {u"€", u"欧元"},
                                    {u"£", u"英镑"}, {u"HK$", u"港元"}, {u"₩", u"韩元"},
                                    {u"₹", u"卢比"}, {u"₽", u"卢布"}};
  for (const Name& name : kNames) {
    if (sign == name.sign) return Str(name.name);
  }
  return u"元";
}

/// Letters of a currency, which stand before or behind the number.
Str currency_name(const Str& code) {
  struct Name {
    std::u16string_view code, name;
  };
  static constexpr Name kNames[] = {{u"USD", u"美元"}, {u"EUR", u"欧元"}, {u"GBP", u"英镑"},
                                    {u"HKD", u"港元"}, {u"JPY", u"日元"}, {u"TWD", u"新台币"},
                                    {u"KRW", u"韩元"}};
  for (const Name& name : kNames) {
    if (code == name.code) return Str(name.name);
  }
  return u"人民币";
}

Str below_zero(const Str& sign) { return sign.empty() ? Str() : Str(u"零下"); }

/// An amount without the zeros that its decimals end in: 99.00, 99.50.
Str amount(const Str& number) {
  if (number.find(u'.') == Str::npos) return read_counted(number);
  const size_t last = number.find_last_not_of(u'0');
  return read_counted(number.substr(0, number[last] == u'.' ? last : last + 1));
}

void add_money_and_degrees(RewriteRules* rules) {
  rules->add(
      with_numbers(
          u"(HK\\$|US\\$|[$¥￥€£₩₹₽])\\s?@\\s?[-~～—–]\\s?[$¥￥€£₩₹₽]?@("
          u"["
          u"万亿千百]*)元?"),
      [](const Match& m) {
        return amount(m.group(2)) + u"到" + amount(m.group(3)) + m.group(4) +
               money_name(m.group(1));
      });
  rules->add(
      with_numbers(u"(HK\\$|US\\$|[$¥￥€£₩₹₽])\\s?@([万亿千百]*)元?"),
      [](const Match& m) { return amount(m.group(2)) + m.group(3) + money_name(m.group(1)); });
  const Str codes = u"(RMB|CNY|USD|EUR|GBP|HKD|JPY|TWD|KRW)";
  rules->add(with_numbers(codes + u"\\s?@([万亿千百]*)(?:\\s?元)?"), [](const Match& m) {
    const Str name = currency_name(m.group(1)), amount = read_counted(m.group(2)) + m.group(3);
    return name == u"人民币" ? name + amount + u"元" : amount + name;
  });
  rules->add(with_numbers(u"@([万亿千百]*)\\s?" + codes), [](const Match& m) {
    return read_counted(m.group(1)) + m.group(2) + currency_name(m.group(3));
  });
  rules->add(u"(?<=[元块角分毛])/(?=[一-龥])", u"每");
  rules->add(Str(u"(?<=[元块角分毛])/") + unit_pattern(),
             [](const Match& m) { return u"每" + unit_name(m.group(1)); });
  rules->add(u"零下\\s?[-－−](?=\\d)", u"零下");
  // 39°54′26″: an angle or a place on the globe.
  rules->add(u"(?<![\\d.])(\\d{1,3})°\\s?(\\d{1,2})[′'’](?:\\s?(\\d{1,2})(?:[″\"”]|''))?",
             [](const Match& m) {
               const Str seconds = m.has(3) ? cardinal(m.group(3)) + u"秒" : Str();
               return cardinal(m.group(1)) + u"度" + cardinal(m.group(2)) + u"分" + seconds;
             });
  rules->add(
      with_numbers(u"([-－−]?)@(?:℃|°C|℉|°F|°)?\\s?[~～至到—–-]\\s?([-－−]?)@(℃|°C|℉|°F|度)"),
      [](const Match& m) {
        return below_zero(m.group(1)) + read_number(m.group(2)) + u"到" + below_zero(m.group(3)) +
               read_number(m.group(4)) + unit_name(m.group(5));
      });
  rules->add(with_numbers(u"([-－−])@(℃|°C|℉|°F|度)"), [](const Match& m) {
    return u"零下" + read_number(m.group(2)) + unit_name(m.group(3));
  });
}

void add_percentages(RewriteRules* rules) {
  const auto of = [](const Str& sign) { return Str(sign == u"%" ? u"百分之" : u"千分之"); };
  rules->add(with_numbers(u"@([%‰]?)\\s?[-~～—–至到]\\s?@([%‰])"), [of](const Match& m) {
    const Str share = of(m.group(4));
    return share + read_number(m.group(1)) + u"到" + share + read_number(m.group(3));
  });
  rules->add(with_numbers(u"([-+－−]?)@([%‰])"), [of](const Match& m) {
    const Str sign = m.group(1);
    return (sign.empty() ? Str() : Str(sign == u"+" ? u"正" : u"负")) + of(m.group(3)) +
           read_number(m.group(2));
  });
}

void add_ranges(RewriteRules* rules) {
  const Str units = unit_pattern(), measure = Str(u"(?:") + kMeasureWords + u")";
  rules->add(with_numbers(u"(?<![\\d.A-Za-z-])@\\s?(?:" + units + u")?\\s?[-~～—–]\\s?@\\s?(?=" +
                          measure + u"|" + units + u"|[号日级度元字])"),
             [](const Match& m) {
               const Str first = m.has(2) ? read_counted(m.group(1)) + unit_name(m.group(2))
                                          : read_counted(m.group(1));
               return first + u"到" + m.group(3);
             });
  rules->add(with_numbers(u"(?<![\\d.A-Za-z-])@\\s?[~～]\\s?@(?![\\d.-])"), [](const Match& m) {
    return read_number(m.group(1)) + u"到" + read_number(m.group(2));
  });
}

/// An equals sign or blanks or × ÷ show that arithmetic is meant.
void add_arithmetic(RewriteRules* rules) {
  rules->add(u"(满)(\\d+)[-－](\\d+)(?!\\d)", [](const Match& m) {
    return m.group(1) + cardinal(m.group(2)) + u"减" + cardinal(m.group(3));
  });
  rules->add(u"(血压[为是:：]?\\s?)(\\d{2,3})/(\\d{2,3})(?!\\d)", [](const Match& m) {
    return m.group(1) + cardinal(m.group(2)) + u"," + cardinal(m.group(3));
  });
  rules->add(u"(?<=[次转件台辆个])/(?=[分秒天年月日周人]|小时)", u"每");
  rules->add(with_numbers(u"(?<![\\d-])@\\s?[-－−]\\s?(?=\\d[\\d.,]*\\s?=)"),
             [](const Match& m) { return read_number(m.group(1)) + u"减"; });
  rules->add(with_numbers(u"@([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*[⁰¹⁴⁵⁶⁷⁸⁹⁻][⁰¹²³⁴⁵⁶⁷⁸⁹]*)"), [](const Match& m) {
    Str digits;
    for (const char16_t c : m.group(2)) {
      const size_t digit = std::u16string_view(u"⁰¹²³⁴⁵⁶⁷⁸⁹").find(c);
      if (digit != std::u16string_view::npos) digits += static_cast<char16_t>(u'0' + digit);
    }
    const bool below = m.group(2)[0] == u'⁻';
    return read_number(m.group(1)) + u"的" + (below ? u"负" : u"") + cardinal(digits) + u"次方";
  });
  rules->add(with_numbers(u"@\\^(\\d+)"), [](const Match& m) {
    return read_number(m.group(1)) + u"的" + cardinal(m.group(2)) + u"次方";
  });
  rules->add(with_numbers(u"@\\s?="),
             [](const Match& m) { return read_number(m.group(1)) + u"等于"; });
  rules->add(with_numbers(u"=\\s?([-－−]?)@"),
             [](const Match& m) { return u"等于" + signed_number(m.group(1), m.group(2)); });
  rules->add(with_numbers(u"@\\s?([+×÷*])\\s?(?=[\\d(（])"), [](const Match& m) {
    const Str op = m.group(2);
    return read_number(m.group(1)) + (op == u"+" ? u"加" : op == u"÷" ? u"除以" : u"乘");
  });
  rules->add(with_numbers(u"@\\s[-－−]\\s(?=\\d)"),
             [](const Match& m) { return read_number(m.group(1)) + u"减"; });
}

void add_fractions_and_units(RewriteRules* rules) {
  rules->add(u"(?<![\\d.])(\\d{1,2})'\\s?(\\d{1,2})(?:\"|''|”)", [](const Match& m) {
    return read_counted(m.group(1)) + u"英尺" + cardinal(m.group(2)) + u"英寸";
  });
  rules->add(Str(u"(?<=\\d[mM]|\\dcm|\\dmm)\\s?[*xX×]\\s?(?=\\d)"), u"乘");
  rules->add(u"(?<=\\d)\\s?[xX]\\s?(?=\\d)", u"乘");
  rules->add(u"(?<![\\d/.])(?:(?<!\\d)([-－−]))?(\\d+)/(\\d+)(?![\\d/])", [](const Match& m) {
    return (m.has(1) ? Str(u"负") : Str()) + cardinal(m.group(3)) + u"分之" + cardinal(m.group(2));
  });
  rules->add(with_numbers(u"(?<![\\d.A-Za-z])([-－−]?)@\\s?" + unit_pattern()), [](const Match& m) {
    return (m.group(1).empty() ? Str() : Str(u"负")) + read_counted(m.group(2)) +
           unit_name(m.group(3));
  });
}

void add_other_numbers(RewriteRules* rules) {
  const Str measure = Str(u"(?:") + kMeasureWords + u"|[字倍番])";
  rules->add(with_numbers(u"(?<![\\dA-Za-z.])[-－−]@(?=" + measure + u"|[层楼])"),
             [](const Match& m) { return u"负" + read_number(m.group(1)); });
  rules->add(u"(?<=地下)(\\d)(?=层)", [](const Match& m) { return cardinal(m.group(1)); });
  rules->add(u"(\\d+)\\+(?=[个多]?[国人家款名年项种])",
             [](const Match& m) { return read_counted(m.group(1)) + u"多"; });
  rules->add(u"(第)(\\d+)(?![.\\d])",
             [](const Match& m) { return m.group(1) + cardinal(m.group(2)); });
  rules->add(u"(?<![\\d.])(?<!\\d,)(0\\d+)(?![\\d.])",
             [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(u"(?<![\\d.])(\\d{9,}|\\d{6,7}[1-9])(?![\\d.,万亿]|[多余几]?" + measure + u")",
             [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(with_numbers(u"(?<![\\d.])@(?=[多余几]?" + measure + u")(?!月)"),
             [](const Match& m) { return read_counted(m.group(1)); });
  rules->add(with_numbers(u"(?<![\\dA-Za-z.])[-－−]@"),
             [](const Match& m) { return u"负" + read_number(m.group(1)); });
  rules->add(u"(?<!\\d)(\\.\\d+)", [](const Match& m) { return decimal(m.group(1)); });
  rules->add(with_numbers(u"@"), [](const Match& m) { return read_number(m.group(1)); });
}

}  // namespace

void add_quantities(RewriteRules* rules) {
  add_money_and_degrees(rules);
  add_percentages(rules);
  add_ranges(rules);
  add_arithmetic(rules);
  add_fractions_and_units(rules);
  add_other_numbers(rules);
}

}  // namespace myna::text::zh
