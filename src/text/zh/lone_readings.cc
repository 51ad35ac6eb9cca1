#include "text/zh/lone_readings.h"

#include <string_view>

namespace myna::text::zh {
namespace {

using Set = std::u32string_view;

bool any_of(Set set, char32_t c) { return set.find(c) != Set::npos; }

/// Stands for the end of a clause.
constexpr char32_t kEnd = U'$';

struct Choice {
  char32_t character;
  const char* tag;    ///< first letters of the part of speech
  Set before, after;  ///< the character beside it, empty: any
  const char* reading;
};

/// The last one that fits counts.
constexpr Choice kChoices[] = {
    {U'长', "a", {}, {}, "chang2"},
    {U'长', "d", {}, {}, "chang2"},
    {U'长', "", {}, U"得出满成高胖了着草痘", "zhang3"},
    {U'长', "", U"太很更最这那多好挺够真不么", {}, "chang2"},
    {U'地', "uv", {}, {}, "de5"},
    {U'得', "u", {}, {}, "de5"},
    {U'为', "v", {}, {}, "wei2"},
    {U'种', "q", {}, {}, "zhong3"},
    {U'种', "m", {}, {}, "zhong3"},
    {U'种', "", U"么里田能会以要去来想户起在", {}, "zhong4"},
    {U'种', "", {}, U"了着过在下上花树菜瓜草豆庄粮稻麦", "zhong4"},
    {U'种', "", U"这那几一各每某哪两二三四五六七八九十百千多此该种", {}, "zhong3"},
    {U'数', "v", {}, {}, "shu3"},
    {U'数', "", {}, U"了着过一完", "shu3"},
    {U'只', "q", {}, {}, "zhi1"},
    {U'只', "m", {}, {}, "zhi1"},
    {U'干', "v", {}, {}, "gan4"},
    {U'干', "a", {}, {}, "gan1"},
    {U'干', "", U"服发巾裤鞋晒晾吹烘擦烤口嘴", U"了透$", "gan1"},
    {U'量', "v", {}, {}, "liang2"},
    {U'量', "", {}, U"一体身血尺", "liang2"},
    {U'教', "v", {}, {}, "jiao1"},
    {U'空', "a", {}, {}, "kong1"},
    {U'朝', "p", {}, {}, "chao2"},
    {U'行', "a", {}, {}, "xing2"},
    {U'行', "q", {}, {}, "hang2"},
    {U'累', "a", {}, {}, "lei4"},
    {U'还', "d", {}, {}, "hai2"},
    {U'还', "", {}, U"钱书债款贷账给清了", "huan2"},
    {U'钉', "v", {}, {}, "ding4"},
    {U'磨', "v", {}, {}, "mo2"},
    {U'挑', "v", {}, {}, "tiao1"},
    {U'卷', "v", {}, {}, "juan3"},
    {U'扇', "v", {}, {}, "shan1"},
    {U'盛', "v", {}, {}, "cheng2"},
    {U'难', "a", {}, {}, "nan2"},
    {U'应', "v", {}, {}, "ying1"},
    {U'正', "d", {}, {}, "zheng4"},
    {U'重', "d", {}, {}, "chong2"},
    {U'尽', "d", {}, {}, "jin3"},
    {U'处', "v", {}, {}, "chu3"},
    {U'切', "v", {}, {}, "qie1"},
    {U'弹', "v", {}, {}, "tan2"},
    {U'剥', "v", {}, {}, "bao1"},
    {U'削', "v", {}, {}, "xiao1"},
    {U'脏', "a", {}, {}, "zang1"},
    {U'脏', "v", {}, {}, "zang1"},
    {U'系', "", {}, U"好着上紧领鞋安围扣", "ji4"},
    {U'挨', "", {}, U"了过打骂批饿揍训整宰冻", "ai2"},
    {U'转', "v", {}, U"$圈", "zhuan4"},
    {U'卡', "", {}, U"住在着", "qia3"},
    {U'吐', "", U"车呕想要", {}, "tu4"},
    {U'倒', "", U"摔跌推打病累晕撞吹压踢", {}, "dao3"},
};

/// Characters that are read in another way as a family name.
struct Surname {
  char32_t character;
  const char* reading;
};
constexpr Surname kSurnames[] = {
    {U'单', "shan4"}, {U'仇', "qiu2"},  {U'任', "ren2"}, {U'曾', "zeng1"}, {U'盖', "ge3"},
    {U'解', "xie4"},  {U'朴', "piao2"}, {U'区', "ou1"},  {U'查', "zha1"},  {U'华', "hua4"},
    {U'翟', "zhai2"}, {U'冼', "xian3"}, {U'乐', "yue4"}, {U'员', "yun4"},  {U'葛', "ge3"},
    {U'宁', "ning4"}, {U'缪', "miao4"}, {U'秘', "bi4"},  {U'召', "shao4"}, {U'折', "she2"}};

bool has_tag(const TaggedWord* word, std::string_view first_letters) {
  return word != nullptr && !word->tag.empty() &&
         first_letters.find(word->tag[0]) != std::string_view::npos;
}

/// 我得走了, 你得好好休息: what someone must do.
bool is_must(const TaggedWord* before, const TaggedWord* after) {
  const bool who = has_tag(before, "r") ||
                   (before != nullptr && any_of(U"也还就都总又可必", before->text.back()));
  return who && has_tag(after, "vdpr") && !any_of(U"很太更最不到过", after->text[0]);
}

}  // namespace

const char* lone_reading(const TaggedWord& word, const TaggedWord* before,
                         const TaggedWord* after) {
  const char32_t c = word.text[0];
  const char32_t left = before != nullptr ? before->text.back() : kEnd;
  char32_t right = after != nullptr ? after->text[0] : kEnd;
  if (any_of(U",.!?…-", right)) right = kEnd;
  const char* reading = nullptr;
  for (const Choice& choice : kChoices) {
    if (choice.character == c && word.tag.rfind(choice.tag, 0) == 0 &&
        (choice.before.empty() || any_of(choice.before, left)) &&
        (choice.after.empty() || any_of(choice.after, right)))
      reading = choice.reading;
  }
  if (c == U'只' && before != nullptr && (before->tag == "m" || before->text == U"几"))
    reading = "zhi1";
  if (c == U'得' && is_must(before, after)) reading = "dei3";
  if (c == U'得' && any_of(U"了到过第", right) && has_tag(before, "rnd")) reading = "de2";
  if (c == U'地' && (before == nullptr || has_tag(before, "mqr"))) reading = "di4";
  if (c == U'和' && after != nullptr && after->text == U"面" && !has_tag(before, "n"))
    reading = "huo2";
  if (before != nullptr && before->text == U"姓") {
    for (const Surname& name : kSurnames) {
      if (name.character == c) reading = name.reading;
    }
  }
  return reading;
}

}  // namespace myna::text::zh
