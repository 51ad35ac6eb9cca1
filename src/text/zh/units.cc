#include "text/zh/units.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace myna::text::zh {
namespace {

struct Unit {
  std::u16string_view symbol, name;
};
constexpr Unit kUnits[] = {
    {u"km/h", u"千米每小时"},
    {u"m/s", u"米每秒"},
    {u"μg/m³", u"微克每立方米"},
    {u"mg/m³", u"毫克每立方米"},
    {u"g/cm³", u"克每立方厘米"},
    {u"mg/dL", u"毫克每分升"},
    {u"mmol/L", u"毫摩尔每升"},
    {u"mg/L", u"毫克每升"},
    {u"g/L", u"克每升"},
    {u"mmHg", u"毫米汞柱"},
    {u"kPa", u"千帕"},
    {u"MPa", u"兆帕"},
    {u"Mbps", u"兆比特每秒"},
    {u"Gbps", u"吉比特每秒"},
    {u"rpm", u"转每分钟"},
    {u"kcal", u"千卡"},
    {u"kJ", u"千焦"},
    {u"μg", u"微克"},
    {u"km²", u"平方千米"},
    {u"km2", u"平方千米"},
    {u"cm²", u"平方厘米"},
    {u"cm2", u"平方厘米"},
    {u"cm³", u"立方厘米"},
    {u"cm3", u"立方厘米"},
    {u"mm²", u"平方毫米"},
    {u"km³", u"立方千米"},
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
    {u"mA", u"毫安"},
    {u"kV", u"千伏"},
    {u"MW", u"兆瓦"},
    {u"m", u"米"},
    {u"g", u"克"},
    {u"t", u"吨"},
    {u"L", u"升"},
    {u"l", u"升"},
    {u"s", u"秒"},
    {u"h", u"小时"},
    {u"W", u"瓦"},
    {u"V", u"伏"},
    {u"℃", u"摄氏度"},
    {u"°C", u"摄氏度"},
    {u"℉", u"华氏度"},
    {u"°F", u"华氏度"},
    {u"°", u"度"},
};

std::u16string pattern() {
  std::vector<std::u16string_view> symbols;
  for (const Unit& unit : kUnits) symbols.push_back(unit.symbol);
  std::stable_sort(symbols.begin(), symbols.end(),
                   [](auto a, auto b) { return a.size() > b.size(); });
  std::u16string out;
  for (const std::u16string_view symbol : symbols) {
    out += out.empty() ? u"(" : u"|";
    out += symbol;
  }
  return out + u")(?![A-Za-z0-9])";
}

}  // namespace

bool is_unit(std::u16string_view symbol) {
  return std::any_of(std::begin(kUnits), std::end(kUnits),
                     [&](const Unit& unit) { return unit.symbol == symbol; });
}

std::u16string unit_name(const std::u16string& symbol) {
  for (const Unit& unit : kUnits) {
    if (symbol == unit.symbol) return std::u16string(unit.name);
  }
  return symbol;
}

const std::u16string& unit_pattern() {
  static const std::u16string text = pattern();
  return text;
}

}  // namespace myna::text::zh
