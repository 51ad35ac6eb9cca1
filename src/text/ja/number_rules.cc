#include "text/ja/number_rules.h"

#include <array>
#include <string>

namespace myna::text::ja {
namespace {

struct DigitRow {
  std::string_view text, written;
  int value;
};
constexpr DigitRow kDigits[] = {
    {"一", "一", 1},     {"二", "二", 2},   {"三", "三", 3},   {"四", "四", 4},   {"五", "五", 5},
    {"六", "六", 6},     {"七", "七", 7},   {"八", "八", 8},   {"九", "九", 9},   {"〇", "〇", 0},
    {"１", "一", 1},     {"２", "二", 2},   {"３", "三", 3},   {"４", "四", 4},   {"５", "五", 5},
    {"６", "六", 6},     {"７", "七", 7},   {"８", "八", 8},   {"９", "九", 9},   {"０", "０", 0},
    {"いち", "一", 1},   {"に", "二", 2},   {"さん", "三", 3}, {"よん", "四", 4}, {"ご", "五", 5},
    {"ろく", "六", 6},   {"なな", "七", 7}, {"はち", "八", 8}, {"し", "四", 4},   {"しち", "七", 7},
    {"きゅう", "九", 9}, {"く", "九", 9},   {"壱", "一", 1},   {"弐", "二", 2},   {"貳", "二", 2},
    {"ニ", "二", 2},     {"参", "三", 3},   {"○", "〇", 0},
};

constexpr NumberWord kTens[] = {
    {"十", "ジュウ", "ジュー", 1, 2},
    {"百", "ヒャク", "ヒャク", 2, 2},
    {"千", "セン", "セン", 1, 2},
};
constexpr std::array<NumberWord, kLargestPower> kMyriads = {{
    {"万", "マン", "マン", 1, 2},
    {"億", "オク", "オク", 1, 2},
    {"兆", "チョウ", "チョー", 1, 2, "C3"},
    {"京", "ケイ", "ケー", 1, 2},
    {"垓", "ガイ", "ガイ", 1, 2},
    {"𥝱", "ジョ", "ジョ", 1, 1},
    {"穣", "ジョウ", "ジョー", 1, 2},
    {"溝", "コウ", "コウ", 1, 2},
    {"澗", "カン", "カン", 1, 2},
    {"正", "セイ", "セー", 1, 2},
    {"載", "サイ", "サイ", 1, 2},
    {"極", "ゴク", "ゴク", 1, 2},
    {"恒河沙", "ゴウガシャ", "ゴウガシャ", 1, 4},
    {"阿僧祇", "アソウギ", "アソーギ", 2, 4},
    {"那由他", "ナユタ", "ナユタ", 1, 3},
    {"不可思議", "フカシギ", "フカシギ", 2, 4},
    {"無量大数", "ムリョウタイスウ", "ムリョータイスー", 6, 7},
}};

// Digits before counters.
constexpr DigitSound kYo[] = {{"四", "ヨ", 0, 1}};
constexpr DigitSound kYoShichi[] = {{"四", "ヨ", 0, 1}, {"七", "シチ", 1, 2}};
constexpr DigitSound kYoShichiKu[] = {{"四", "ヨ", 0, 1}, {"七", "シチ", 1, 2}, {"九", "ク", 0, 1}};
constexpr DigitSound kShichiKu[] = {{"七", "シチ", 1, 2}, {"九", "ク", 0, 1}};
constexpr DigitSound kShiShichiKu[] = {
    {"四", "シ", 0, 1}, {"七", "シチ", 1, 2}, {"九", "ク", 0, 1}};
constexpr DigitSound kBeforeK[] = {{"一", "イッ", 1, 2},
                                   {"六", "ロッ", 1, 2},
                                   {"八", "ハッ", 1, 2},
                                   {"十", "ジュッ", 1, 2},
                                   {"百", "ヒャッ", 1, 2}};
constexpr DigitSound kBeforeS[] = {
    {"一", "イッ", 1, 2}, {"八", "ハッ", 1, 2}, {"十", "ジュッ", 1, 2}};
constexpr DigitSound kBeforeForeignK[] = {
    {"六", "ロッ", 1, 2}, {"十", "ジュッ", 1, 2}, {"百", "ヒャッ", 1, 2}};
constexpr DigitSound kBeforeForeignT[] = {{"一", "イッ", 1, 2}, {"十", "ジュッ", 1, 2}};
constexpr DigitSound kBeforeForeignP[] = {{"十", "ジュッ", 1, 2}};
constexpr DigitSound kBeforeHundred[] = {{"六", "ロッ", 0, 2}, {"八", "ハッ", 0, 2}};
constexpr DigitSound kBeforeThousand[] = {
    {"一", "イッ", 0, 2}, {"八", "ハッ", 0, 2}, {"十", "ジュッ", 1, 2}};

struct CounterClass {
  std::span<const DigitSound> digits;
  std::string_view counters;
};
/// The first class that holds a counter is the one.
constexpr CounterClass kCounterClasses[] = {
    {kYo, "年 円 年間 年生 年代 年度 年版 年余 年来 えん"},
    {kYoShichi, "人 人月 人前 人組"},
    {kYoShichiKu, "時 時間 時限 時半"},
    {kShichiKu, "日 日間"},
    {kShiShichiKu, "月"},
    {kBeforeK,
     "個 階 分 発 本 鉢 口 切れ 箱 か月 か国 か所 か条 か村 か年 カ月 カ国 カ寺 カ所 カ条 カ村 "
     "カ店 カ年 ケ月 ケ国 ケ所 ケ条 ケ村 ケ年 ヵ月 ヵ国 ヵ所 ヵ条 ヵ村 ヵ年 ヶ月 ヶ国 ヶ所 ヶ条 "
     "ヶ村 ヶ年 個月 個口 個国 個条 個年 箇月 箇国 箇所 箇条 箇年 かけ くだり けた 価 課 画 回 "
     "回忌 回生 回戦 回線 回分 海里 カイリ 浬 角 株 冠 巻 缶 貫 貫目 間 基 期 期生 機 気圧 季 "
     "騎 客 脚 球 級 橋 局 曲 極 重ね 斤 金 句 区 躯 計 桁 ケタ 校 港 項 組 件 軒 言 戸 湖 光年 "
     "石 ぴき ぺん 波 派 敗 杯 拍 泊 版 犯 班 匹 疋 筆 俵 票 品 分間 分目 片 篇 編 辺 遍 歩 報 "
     "方 法 本立て 頭身"},
    {kBeforeS,
     "． ・ 才 頭 着 足 尺 坪 通り センチ シーシー ＣＣ ｃｃ ｃｍ サイクル サンチーム シーズン "
     "シート シリング シンガポールドル スイスフラン スウェーデンクローネ スクレ セット セント "
     "ソル ゾーン 糎 竿 差 差し 歳 歳児 作 冊 刷 皿 棹 艘 子 視 式 失 室 射 社 勺 種 首 周 周忌 "
     "周年 州 週 週間 集 宿 所 勝 升 床 章 色 食 親等 進 進数 品 すじ そう そろい 筋 数 寸 世 "
     "隻 席 石 節 戦 線 選 銭 層 相 揃 たび つかみ つがい つぶ つまみ つ折 つ折り とおり とき "
     "ところ とせ 玉 月 手 束 続き 体 対 卓 樽 反 丁 丁目 鳥 通 掴み 艇 滴 店 転 点 斗 棟 盗 灯 "
     "等 等席 等地 等分 答 得 噸 粒 種類 歳馬 世紀 車種"},
    {kBeforeForeignK,
     "キロ カロリー ｃａｌ ｋｂ ｋｇ ｋｌ ｋｍ ｋｔ ｋｗ ｋグラム ｋバイト ｋヘルツ ｋメートル "
     "ｋリットル ｋワット カナダドル カラット ガロン キュリー キロカロリー キログラム キロトン "
     "キロバイト キロヘルツ キロメートル キロリットル キロワット キロワット時 クラス クローナ "
     "クローネ グァラニ ケース コース 粁"},
    {kBeforeForeignT, "トン ｔ タル テラ トライ"},
    {kBeforeForeignP,
     "房 柱 ％ ポンド ｐａ ｐｐｍ パーセント パーミル パスカル パック パット ピーピーエム ピコ "
     "ページ 頁 ペア ペセタ ペソ ペニー ペニヒ ペンス ポイント 振り 針 袋 張り 平米 平方キロ "
     "平方キロメートル 平方センチメートル 平方メートル 品目"},
};

// Counters after digits.
struct SoundClass {
  std::string_view voiced_after, semivoiced_after, counters;
};
constexpr SoundClass kSoundClasses[] = {
    {"", "一 三 四 六 八 十 百 千 万 何",
     "分 版 敗 発 拍 鉢 波 派 泊 犯 班 品 分間 分目 片 篇 編 辺 遍 歩 報 方"},
    {"三 千 万 何", "一 六 八 十 百", "本 匹 疋 票 俵 箱 本立て 杯 針 柱"},
    {"三 千 万", "", "軒 石 足 尺 かけ 重ね 件 勺"},
    {"三", "", "階"},
};

constexpr std::string_view kNative =
    "棟/ムネ かけ/カケ くだり/クダリ けた/ケタ すじ/スジ そろい/ソロイ たび/タビ つかみ/ツカミ "
    "つがい/ツガイ つまみ/ツマミ とおり/トーリ ところ/トコロ とせ/トセ まわり/マワリ "
    "シーズン/シーズン セット/セット 握り/ニギリ 回り/マワリ 株/カブ 竿/サオ 筋/スジ 桁/ケタ "
    "ケタ/ケタ 月/ツキ 言/コト 口/クチ 差し/サシ 皿/サラ 山/ヤマ 勺/シャク 尺/シャク 重ね/カサネ "
    "振り/フリ 針/ハリ 切れ/キレ 束/タバ 続き/ツヅキ 揃/ソロイ 袋/フクロ 柱/ハシラ 張り/ハリ "
    "通り/トーリ 掴み/ツカミ 坪/ツボ 箱/ハコ 鉢/ハチ 晩/バン 品/シナ 瓶/ビン 分け/ワケ 幕/マク "
    "夜/ヤ 夜/ヨ 粒/ツブ 枠/ワク 棹/サオ つ折/ツオリ つ折り/ツオリ つぶ/ツブ とき/トキ "
    "重ね/ガサネ";

struct Irregular {
  std::string_view digit;
  NumberWord word;
};
constexpr Irregular kPeople[] = {
    {"一", {"一人", "ヒトリ", "ヒトリ", 2, 3}},
    {"二", {"二人", "フタリ", "フタリ", 3, 3}},
};
constexpr Irregular kDayOfMonth[] = {
    {"一", {"一日", "イチニチ", "イチニチ", 4, 4}}, {"二", {"二日", "フツカ", "フツカ", 0, 3}},
    {"三", {"三日", "ミッカ", "ミッカ", 0, 3}},     {"四", {"四日", "ヨッカ", "ヨッカ", 0, 3}},
    {"五", {"五日", "イツカ", "イツカ", 0, 3}},     {"六", {"六日", "ムイカ", "ムイカ", 0, 3}},
    {"七", {"七日", "ナノカ", "ナノカ", 0, 3}},     {"八", {"八日", "ヨウカ", "ヨーカ", 0, 3}},
    {"九", {"九日", "ココノカ", "ココノカ", 0, 4}}, {"十", {"十日", "トウカ", "トーカ", 0, 3}},
};
constexpr Irregular kDays[] = {
    {"一", {"一日間", "イチニチカン", "イチニチカン", 4, 6}},
    {"二", {"二日間", "フツカカン", "フツカカン", 3, 5}},
    {"三", {"三日間", "ミッカカン", "ミッカカン", 3, 5}},
    {"四", {"四日間", "ヨッカカン", "ヨッカカン", 3, 5}},
    {"五", {"五日間", "イツカカン", "イツカカン", 3, 5}},
    {"六", {"六日間", "ムイカカン", "ムイカカン", 3, 5}},
    {"七", {"七日間", "ナノカカン", "ナノカカン", 3, 5}},
    {"八", {"八日間", "ヨウカカン", "ヨーカカン", 3, 5}},
    {"九", {"九日間", "ココノカカン", "ココノカカン", 4, 6}},
    {"十", {"十日間", "トウカカン", "トーカカン", 3, 5}},
};
constexpr DayWords kDates = {{"十四日", "ジュウヨッカ", "ジューヨッカ", 1, 5},
                             {"二十日", "ハツカ", "ハツカ", 0, 3},
                             {"四日", "ヨッカ", "ヨッカ", 0, 3}};
constexpr DayWords kSpans = {{"十四日間", "ジュウヨッカカン", "ジューヨッカカン", 5, 7},
                             {"二十日間", "ハツカカン", "ハツカカン", 3, 5},
                             {"四日間", "ヨッカカン", "ヨッカカン", 3, 5}};

template <size_t n>
const NumberWord* find(const Irregular (&rows)[n], std::string_view digit) {
  for (const Irregular& row : rows) {
    if (row.digit == digit) return &row.word;
  }
  return nullptr;
}

}  // namespace

const NumberWord kFirstOfMonth = {"一日", "ツイタチ", "ツイタチ", 4, 4};
const NumberWord kTwenty = {"二十", "ニジュウ", "ニジュー", 1, 3};

bool listed(std::string_view list, std::string_view word) {
  for (size_t at = 0; (at = list.find(word, at)) != std::string_view::npos; at += word.size()) {
    const size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
      return !word.empty();
    if (word.empty()) break;
  }
  return false;
}

Digit digit_of(std::string_view text) {
  for (const DigitRow& row : kDigits) {
    if (row.text == text) return {row.value, row.written};
  }
  return {};
}

const NumberWord& power_of_ten(size_t exponent) { return kTens[exponent - 1]; }
const NumberWord& power_of_10000(size_t exponent) { return kMyriads[exponent - 1]; }

bool is_power(std::string_view text) {
  for (const NumberWord& word : kTens) {
    if (word.text == text) return true;
  }
  for (const NumberWord& word : kMyriads) {
    if (word.text == text) return true;
  }
  return false;
}

std::span<const DigitSound> digits_before_counter(std::string_view counter) {
  for (const CounterClass& one : kCounterClasses) {
    if (listed(one.counters, counter)) return one.digits;
  }
  return {};
}

std::span<const DigitSound> digits_before_power(std::string_view power) {
  if (power == "百") return kBeforeHundred;
  if (power == "千" || power == "兆") return kBeforeThousand;
  return {};
}

Sound counter_sound(std::string_view counter, std::string_view digit) {
  for (const SoundClass& one : kSoundClasses) {
    if (!listed(one.counters, counter)) continue;
    if (listed(one.voiced_after, digit)) return Sound::kVoiced;
    return listed(one.semivoiced_after, digit) ? Sound::kSemivoiced : Sound::kPlain;
  }
  return Sound::kPlain;
}

Sound power_sound(std::string_view power, std::string_view digit) {
  if (power != "百" && power != "千") return Sound::kPlain;
  if (digit == "三" || digit == "何") return Sound::kVoiced;
  return digit == "六" || digit == "八" ? Sound::kSemivoiced : Sound::kPlain;
}

bool counts_natively(std::string_view counter, std::string_view reading) {
  return listed(kNative, std::string(counter) + "/" + std::string(reading));
}

const NumberWord* people(std::string_view digit) { return find(kPeople, digit); }
const NumberWord* day_of_month(std::string_view digit) { return find(kDayOfMonth, digit); }
const NumberWord* days(std::string_view digit) { return find(kDays, digit); }
const DayWords& day_words(bool span) { return span ? kSpans : kDates; }

}  // namespace myna::text::ja
