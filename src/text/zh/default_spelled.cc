// Numbers that name something and are read digit by digit, as Myna reads them.
#include "text/reader.h"
#include "text/zh/numbers.h"
#include "text/zh/rule_set.h"

namespace myna::text::zh {
namespace {

using Str = std::u16string;

/// A digit string over the telephone: 一 is 幺.
Str dialled(const Str& digits) { return digit_by_digit(digits, true); }

/// Groups of digits as on cards: each is read, with a pause between them.
Str groups(const Str& text) {
  Str out;
  for (const char16_t c : text) out += c == u' ' ? Str(u",") : dialled(Str(1, c));
  return out;
}

void add_telephones(RewriteRules* rules) {
  rules->add(u"(?<![\\d.,])(\\d{3,4}(?: \\d{3,4}){2,})(?![\\d.,])",
             [](const Match& m) { return groups(m.group(1)); });
  rules->add(u"(?<!\\d)(\\+?86[- ]?)?(1[3-9]\\d)[- ]?(\\d{4})[- ]?(\\d{4})(?!\\d)",
             [](const Match& m) {
               return (m.has(1) ? Str(u"八六,") : Str()) + dialled(m.group(2)) + u"," +
                      dialled(m.group(3)) + u"," + dialled(m.group(4));
             });
  rules->add(u"(?<![\\d-])[(（]?(0\\d{2,3})[-)） ]\\s?(\\d{3,4})[- ]?(\\d{4})(?![\\d-])",
             [](const Match& m) {
               return dialled(m.group(1)) + u"," + dialled(m.group(2)) + dialled(m.group(3));
             });
  rules->add(u"(?<![\\d-])\\+86[- ]?0?(\\d{2,3})[- ](\\d{3,4})[- ]?(\\d{4})(?![\\d-])",
             [](const Match& m) {
               return Str(u"八六,") + dialled(m.group(1)) + u"," + dialled(m.group(2)) +
                      dialled(m.group(3));
             });
  rules->add(u"(?<![\\d-])([48]00)[- ]?(\\d{3,4})[- ]?(\\d{3,4})(?![\\d-])", [](const Match& m) {
    return dialled(m.group(1)) + u"," + dialled(m.group(2)) + u"," + dialled(m.group(3));
  });
  rules->add(u"(?<=打)(1\\d{2}|1\\d{4}|9\\d{4})(?![\\d.,个分元块万亿次下折])",
             [](const Match& m) { return dialled(m.group(1)); });
  rules->add(
      u"(?<![\\d.])(11[0459]|12[0-2]|12315|12345|10086|10010|10000|95\\d{3})"
      u"(?=电话|热线|报警|急救|$)",
      [](const Match& m) { return dialled(m.group(1)); });
  rules->add(u"(?<![\\d.])(123(?:06|15)|100(?:86|10)|95\\d{3})(?![\\d.,万亿元个人次年米公条])",
             [](const Match& m) { return dialled(m.group(1)); });
}

void add_names(RewriteRules* rules) {
  const Str letters(1, kLettersBeside);
  // CA1501, COVID-19, 2024H1: the letters are in another run.
  rules->add(letters + u"[-－_]?(\\d{3,})(?![\\d.,:%]|[年月个元万亿])",
             [](const Match& m) { return dialled(m.group(1)); });
  // QQ：88888888, 会议ID：123 456 789
  rules->add(
      letters + u"([号码]{0,2}[是为:：]\\s?)(\\d{5,})(?![\\d.,:%]|[年月个元万亿多余人台件次])",
      [](const Match& m) { return m.group(1) + dialled(m.group(2)); });
  rules->add(letters + u"[-－](?=\\d)", u"");
  rules->add(u"(?<!\\d)((?:19|20)\\d\\d)" + letters,
             [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(letters, u"");
  // Types of planes, rockets and missiles: 歼-20, 东风-41
  rules->add(
      u"(?<=歼|轰|运|直|歼轰|东风|长征|神舟|天宫|嫦娥|巨浪|鹰击|红旗|海洋|风云|武直|苏|图|米|伊尔|"
      u"空警|彩虹|"
      u"翼龙|辽宁|解放|奋斗者)[-－](?=\\d)",
      u"");
  rules->add(u"((?:波音|空客|空中客车)\\s?)(\\d{3})(?!\\d)",
             [](const Match& m) { return m.group(1) + digit_by_digit(m.group(2)); });
  rules->add(u"([图表式例题])(\\d{1,3})[-－–](\\d{1,3})(?!\\d)", [](const Match& m) {
    return m.group(1) + cardinal(m.group(2)) + u"杠" + cardinal(m.group(3));
  });
  rules->add(u"(?<![\\d.A-Za-z#])(\\d{1,3})#(?=[一-龥])",  // 92#汽油
             [](const Match& m) { return cardinal(m.group(1)) + u"号"; });
  rules->add(u"[Nn][Oo]\\.\\s?(\\d+)", [](const Match& m) { return u"第" + cardinal(m.group(1)); });
  rules->add(u"(?<=座|栋|幢|单元|号楼)(\\d{3,4})(?![\\d.,个元人米年户套])",
             [](const Match& m) { return dialled(m.group(1)); });
  rules->add(
      u"(?<!\\d)(985|211|863|973|996|007)(?=工作制|高校|大学|院校|工程|计划|、(?:211|985)|的(?:"
      u"工作|生活))",
      [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(u"(?<!\\d)(925|999|9999)(?=纯?[银金]|足[银金])",
             [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(u"(?<!\\d)(618|818|1111|1212|520|521|1024)(?=大促|购物|活动|年中|狂欢)",
             [](const Match& m) { return digit_by_digit(m.group(1)); });
  rules->add(
      u"((?:拨打|致电|电话|热线|手机|号码|编号|密码|邮编|房间|验证码|QQ|航班|端口|代码|型号|学号|"
      u"工号|车牌|[后末尾前][一二两三四五六七八]位(?:数字?)?|[^\\d\\s]号)"
      u"[号码]{0,2}[为是:：]?\\s?)(\\d{3,})(?![\\d.,]|[年月个元])",
      [](const Match& m) { return m.group(1) + dialled(m.group(2)); });
  rules->add(
      u"(?<!\\d)(\\d{3,4})(?=(?:房间|室|号房|航班|次列车|国道|高速|会议室|教室|办公室|包[间厢]))",
      [](const Match& m) { return dialled(m.group(1)); });
  rules->add(u"((?:取[件货餐]码|提货码|验证码)[为是:：]?\\s?)(\\d[\\d-]*\\d)", [](const Match& m) {
    Str out;
    for (const char16_t c : m.group(2)) out += c == u'-' ? Str(u",") : dialled(Str(1, c));
    return m.group(1) + out;
  });
  rules->add(u"(?<![\\d.])(\\d{1,2})\\.(\\d{1,2})(?=晚会|劳动节|儿童节|国庆|黄金周|小?长假)",
             [](const Match& m) { return digit_by_digit(m.group(1) + m.group(2)); });
  // Versions, addresses: more than one dot.
  rules->add(u"(?<![\\d.])(\\d+(?:\\.\\d+){2,})(?![\\d.])", [](const Match& m) {
    Str out, part;
    for (const char16_t c : m.group(1) + u".") {
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
}

}  // namespace

void add_spelled_numbers(RewriteRules* rules) {
  add_telephones(rules);
  add_names(rules);
}

}  // namespace myna::text::zh
