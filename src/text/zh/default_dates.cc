// Dates, times and scores as Myna reads them.
#include "text/zh/numbers.h"
#include "text/zh/rule_set.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

constexpr const char16_t* kDash = u"\\s?[-~～—–至到]+\\s?";

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

/// 3:30pm: the half of the day comes first.
Str half_of_day(const Str& said, const Str& letter, const Str& hour) {
  if (!said.empty()) return said;
  if (letter == u"a" || letter == u"A") return u"上午";
  return hour.size() == 1 && hour[0] >= u'6' ? u"晚上"
         : hour == u"10" || hour == u"11"    ? u"晚上"
                                             : u"下午";
}

Str versus(const Str& a, const Str& b) { return cardinal(a) + u"比" + cardinal(b); }

void add_dates(RewriteRules* rules) {
  rules->add(u"(?<=\\d{4}[./-]\\d\\d[./-]\\d\\d)\\s?[-~～—–]\\s?(?=\\d{4}[./-]\\d)", u"到");
  // 9月1日-9月3日, 8点~10点
  rules->add(u"(?<=\\d[年月日号点时分秒元度岁个人周天])\\s?[-~～—–]+\\s?(?=\\d)", u"到");
  rules->add(
      u"(?<=[一二三四五六七八九十百千万几])\\s?[-~～]\\s?(?=[一二三四五六七八九十百千万几上])",
      u"到");
  rules->add(u"(?<![\\d.-])(0?[1-9]|1[0-2])\\s?[-~～—–]\\s?(0?[1-9]|1[0-2])月", [](const Match& m) {
    return cardinal(m.group(1)) + u"到" + cardinal(m.group(2)) + u"月";
  });
  rules->add(u"(?<!\\d)(\\d{4}|\\d{2})年(0?[1-9]|1[0-2])月(?:(0?[1-9]|[12]\\d|3[01])([日号]))?",
             [](const Match& m) {
               Str out = digit_by_digit(m.group(1)) + u"年" + cardinal(m.group(2)) + u"月";
               return m.has(3) ? out + cardinal(m.group(3)) + m.group(4) : out;
             });
  rules->add(Str(u"(?<!\\d)(\\d{4})") + kDash + u"(\\d{4})年", [](const Match& m) {
    return digit_by_digit(m.group(1)) + u"年至" + digit_by_digit(m.group(2)) + u"年";
  });
  rules->add(u"(?<![\\d-])((?:19|20)\\d{2})\\s?[-~～—–]\\s?((?:19|20)\\d{2})(?![\\d-])",
             [](const Match& m) {
               return digit_by_digit(m.group(1)) + u"到" + digit_by_digit(m.group(2));
             });
  rules->add(u"(?<!\\d)([12]\\d{3}|0\\d)年(?![前后内间多来]|以[前后来内])",
             [](const Match& m) { return digit_by_digit(m.group(1)) + u"年"; });
  rules->add(u"(?<!\\d)([5-9][1-9])年(?![前后内间多来]|以[前后来内])",
             [](const Match& m) { return digit_by_digit(m.group(1)) + u"年"; });
  rules->add(
      u"(?<![\\d./-])(\\d{4})([-/.])(0?[1-9]|1[0-2])\\2(0?[1-9]|[12]\\d|3[01])(?![\\d./-]\\d|\\d)",
      [](const Match& m) { return date(m.group(1), m.group(3), m.group(4)); });
  // 2023/24赛季
  rules->add(u"(?<!\\d)((?:19|20)\\d\\d)[/-](\\d\\d)(?=\\s?(?:赛季|学年|年度|财年|雪季|榨季))",
             [](const Match& m) {
               return digit_by_digit(m.group(1)) + u"到" + digit_by_digit(m.group(2));
             });
  // 有效期08/27: of a card, month and year.
  rules->add(u"(有效期[至到为是:：]?\\s?)(0[1-9]|1[0-2])/(\\d\\d)(?![\\d/])", [](const Match& m) {
    return m.group(1) + digit_by_digit(m.group(2)) + u"," + digit_by_digit(m.group(3));
  });
  // 预计11/8送达
  rules->add(
      u"(?<![\\d/.])(0?[1-9]|1[0-2])/"
      u"(0?[1-9]|[12]\\d|3[01])(?=\\s?(?:[前起]|之前|以前|开始|截止|送达|"
      u"到货|发货|到达|出发|上线|上映|举行|开幕|生效|到期|[上下]午|早上|晚上))",
      [](const Match& m) { return date({}, m.group(1), m.group(2)); });
  // 定在11/22: only what can hardly be a fraction.
  rules->add(
      u"([在于到至从自前止](?:日期)?[为是:]?\\s?)(0?[1-9]|1[0-2])/"
      u"(1[1-9]|2\\d|3[01]|0[1-9])(?![\\d/])",
      [](const Match& m) { return m.group(1) + date({}, m.group(2), m.group(3)); });
  rules->add(u"(?<!\\d)(0?[1-9]|1[0-2])月(0?[1-9]|[12]\\d|3[01])([日号])", [](const Match& m) {
    return cardinal(m.group(1)) + u"月" + cardinal(m.group(2)) + m.group(3);
  });
  rules->add(u"(?<!\\d)(0?[1-9]|1[0-2])月(?!份?[以之]?[前后]|饼)",
             [](const Match& m) { return cardinal(m.group(1)) + u"月"; });
  rules->add(u"(?<!\\d)(\\d{1,2})·(\\d{1,2})(?!\\d)", [](const Match& m) {  // 9·18
    return digit_by_digit(m.group(1) + m.group(2));
  });
}

void add_scores(RewriteRules* rules) {
  rules->add(
      u"(?<![\\d:.-])(\\d{1,3})[-－–](\\d{1,3})(?=\\s?(?:[赢输]|[险完大惜]胜|击败|战[胜平]|惨败|"
      u"打平|领先|"
      u"落后|取胜|获胜|晋级|逆转))",
      [](const Match& m) { return versus(m.group(1), m.group(2)); });
  rules->add(
      u"((?:比分|比例|[^对相]比[为是约:：]?|战胜|击败|战平|打平|领先|险胜)[^\\d，。,]{0,6})(\\d{1,"
      u"3}):(\\d{1,3})(?![\\d:]"
      u")",
      [](const Match& m) { return m.group(1) + versus(m.group(2), m.group(3)); });
  rules->add(
      u"(?<![\\d:])(\\d{1,3}):(\\d{1,3})(?=\\s?(?:[赢输胜负]|击败|战[胜平]|打平|领先|落后|取胜|"
      u"获胜|晋级|逆转|险胜))",
      [](const Match& m) { return versus(m.group(1), m.group(2)); });
  rules->add(
      u"((?:比分|以|战胜|击败|战平|打平|领先|结果|[半全终]场)[^\\d，。,]{0,6})(\\d{1,3})[-－–](\\d{"
      u"1,3})(?!"
      u"\\d)",
      [](const Match& m) { return m.group(1) + versus(m.group(2), m.group(3)); });
}

void add_times(RewriteRules* rules) {
  rules->add(u"(?<![\\d.])(\\d{1,2})\\s?h\\s?(\\d{1,2})\\s?(?:min|m)(?![A-Za-z\\d])",
             [](const Match& m) {
               return (m.group(1) == u"2" ? Str(u"两") : cardinal(m.group(1))) + u"小时" +
                      cardinal(m.group(2)) + u"分钟";
             });
  rules->add(
      u"(?<![\\d.])(\\d{1,2})'\\s?(1[2-9]|[2-5]\\d|0\\d)(?:\"|''|”)",  // 1'30"
      [](const Match& m) { return cardinal(m.group(1)) + u"分" + cardinal(m.group(2)) + u"秒"; });
  rules->add(
      u"(?<![\\d.'])(\\d{1,2})[\"″](\\d{2})(?!\\d)",  // 10"23 of a runner
      [](const Match& m) { return cardinal(m.group(1)) + u"秒" + digit_by_digit(m.group(2)); });
  const Str time = u"([01]?\\d|2[0-4]):([0-5]\\d)(?::([0-5]\\d))?";
  rules->add(u"(?<![\\d:])" + time + kDash + time + u"(?![\\d:])", [](const Match& m) {
    return clock(m.group(1), m.group(2), m.group(3)) + u"至" +
           clock(m.group(4), m.group(5), m.group(6));
  });
  rules->add(
      u"([上下中]午|早上|晚上|凌晨)?(?<![\\d:.])(1[0-2]|0?[1-9])(?::([0-5]\\d))?\\s?([AaPp])\\.?["
      u"Mm]\\b\\.?",
      [](const Match& m) {
        return half_of_day(m.group(1), m.group(4), m.group(2)) +
               clock(m.group(2), m.has(3) ? m.group(3) : Str(u"00"), {});
      });
  rules->add(u"(?<![\\d:])" + time + u"分?(?![\\d:])",
             [](const Match& m) { return clock(m.group(1), m.group(2), m.group(3)); });
  rules->add(u"(?<![\\d:])(\\d+):(\\d+)(?![\\d:])",
             [](const Match& m) { return versus(m.group(1), m.group(2)); });
}

}  // namespace

void add_dates_and_times(RewriteRules* rules) {
  rules->add(u"(?<=\\d)：(?=\\d)", u":");
  add_dates(rules);
  add_scores(rules);
  add_times(rules);
  rules->add(u"(?<!\\d)(\\d[05])后",
             [](const Match& m) { return digit_by_digit(m.group(1)) + u"后"; });
}

}  // namespace myna::text::zh
