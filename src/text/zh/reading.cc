#include "text/zh/reading.h"

#include "text/rewrite_rules.h"
#include "text/zh/numbers.h"

namespace myna::text::zh {

const char16_t* const kMeasureWords =
    u"[个只条张把件位名次天年岁周本支枝杯瓶碗盒箱袋包家间座栋层辆架艘艇台部款套双对副片块颗粒根棵株"
    u"朵头匹群组排行列句段篇章首场届期轮遍回趟顿餐口步声笔份批代类种样项节堂门幅册页集封则道盏束串"
    u"滴堆桶罐锅壶勺匙扇顶万亿千米克吨升斤里尺寸分秒点人胜级]|小时|分钟|星期|公里|公斤|公顷|千克|"
    u"平方|"
    u"立方|月份";

std::u16string with_numbers(std::u16string_view pattern) {
  return replace_all(std::u16string(pattern), u"@",
                     u"(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)");
}

std::u16string read_number(const std::u16string& number) { return decimal(without(number, u",")); }

std::u16string read_counted(const std::u16string& number) {
  const std::u16string digits = without(number, u",");
  if (digits == u"2") return u"两";
  std::u16string out = decimal(digits);
  // 2000 -> 两千, 20000 -> 两万; 200 stays 二百.
  if (out.size() >= 2 && out[0] == u'二' && (out[1] == u'千' || out[1] == u'万' || out[1] == u'亿'))
    out[0] = u'两';
  return out;
}

}  // namespace myna::text::zh
