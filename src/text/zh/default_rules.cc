// Myna's own reading of Mandarin text: the parts together, and the signs.
#include "text/unicode.h"
#include "text/zh/rule_set.h"

namespace myna::text::zh {
namespace {

char32_t fold(char32_t c) {
  if (c == 0x3007) return U'零';
  if (c == 0x3000 || c == 0xA0) return U' ';
  const bool kept = c == 0xFF1A || c == 0xFF1B || c == 0xFF1F;  // ：；？
  const bool wide =
      (c >= 0xFF10 && c <= 0xFF5A) || c == 0xFF05 || c == 0xFF0B || c == 0xFF0F || c == 0xFF0E;
  if (wide && !kept) return c - 0xFEE0;
  if (c >= 0x2460 && c <= 0x2468) return U'1' + (c - 0x2460);  // ①
  return plain_digit(c);
}

struct Sign {
  const char16_t* pattern;
  const char16_t* words;
};
constexpr Sign kSigns[] = {
    {u"≈", u"约等于"},    {u"≥", u"大于等于"},  {u"≤", u"小于等于"},  {u">", u"大于"},
    {u"<", u"小于"},      {u"≠", u"不等于"},    {u"±", u"正负"},      {u"√", u"根号"},
    {u"²", u"的平方"},    {u"³", u"的立方"},    {u"∞", u"无穷大"},    {u"→", u"到"},
    {u"№", u"第"},        {u"[αΑ]", u"阿尔法"}, {u"[βΒ]", u"贝塔"},   {u"[γΓ]", u"伽马"},
    {u"[δΔ]", u"德尔塔"}, {u"ε", u"艾普西龙"},  {u"[θΘ]", u"西塔"},   {u"[λΛ]", u"兰姆达"},
    {u"[μΜ]", u"缪"},     {u"[πΠ]", u"派"},     {u"[σΣ]", u"西格玛"}, {u"[φΦ]", u"斐"},
    {u"[ωΩ]", u"欧米伽"}, {u"½", u"二分之一"},  {u"⅓", u"三分之一"},  {u"⅔", u"三分之二"},
    {u"¼", u"四分之一"},  {u"¾", u"四分之三"},  {u"[Ⅰⅰ]", u"一"},     {u"[Ⅱⅱ]", u"二"},
    {u"[Ⅲⅲ]", u"三"},     {u"[Ⅳⅳ]", u"四"},     {u"[Ⅴⅴ]", u"五"},     {u"[Ⅵⅵ]", u"六"},
    {u"[Ⅶⅶ]", u"七"},     {u"[Ⅷⅷ]", u"八"},     {u"[Ⅸⅸ]", u"九"},     {u"[Ⅹⅹ]", u"十"},
    {u"[Ⅺⅺ]", u"十一"},   {u"[Ⅻⅻ]", u"十二"},   {u"[/]", u","},       {u"×", u"乘"},
    {u"÷", u"除以"},      {u"[+]", u"加"},      {u"=", u"等于"},      {u"&", u"和"},
    {u"%", u"百分之"}};

}  // namespace

void add_signs(RewriteRules* rules) {
  for (const Sign& sign : kSigns) rules->add(sign.pattern, std::u16string(sign.words));
}

RuleSet default_rules() {
  RuleSet set;
  set.fold = fold;
  set.simplified = U"榜琊";
  add_dates_and_times(&set.rules);
  add_spelled_numbers(&set.rules);
  add_quantities(&set.rules);
  add_signs(&set.rules);
  set.signs = u"：；，、:;·。\n！？—－–~～嗯呣";
  set.marks = u",,,,,,,..!?---……恩母";
  // What is left of a hyphen between numbers is a pause; read again, it would be a range.
  set.last.add(
      u"(?<=[零一二三四五六七八九十百千万亿几])[-…]+(?=[零一二三四五六七八九十百千万亿两几上])",
      u",");
  return set;
}

}  // namespace myna::text::zh
