#include "text/ja/normalizer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "text/regex.h"
#include "text/replacement.h"
#include "text/unicode.h"

namespace myna::text::ja {
namespace {

struct Rule {
  Regex pattern;
  std::u16string replacement;  ///< $n stands for group n
};

/// Units that the dictionary does not know behind a number.
struct Unit {
  const char16_t *symbol, *name;
};
constexpr Unit kUnits[] = {{u"KB", u"キロバイト"},
                           {u"MB", u"メガバイト"},
                           {u"GB", u"ギガバイト"},
                           {u"TB", u"テラバイト"},
                           {u"Mbps", u"メガビーピーエス"},
                           {u"Gbps", u"ギガビーピーエス"},
                           {u"g", u"グラム"},
                           {u"L", u"リットル"},
                           {u"l", u"リットル"},
                           {u"t", u"トン"},
                           {u"mAh", u"ミリアンペアアワー"},
                           {u"W", u"ワット"},
                           {u"V", u"ボルト"},
                           {u"kW", u"キロワット"},
                           {u"kWh", u"キロワットアワー"},
                           {u"Hz", u"ヘルツ"},
                           {u"kHz", u"キロヘルツ"},
                           {u"MHz", u"メガヘルツ"},
                           {u"GHz", u"ギガヘルツ"},
                           {u"dB", u"デシベル"},
                           {u"hPa", u"ヘクトパスカル"},
                           {u"kcal", u"キロカロリー"},
                           {u"mL", u"ミリリットル"},
                           {u"mg", u"ミリグラム"}};

/// In order; each sees what the one before left.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> list = [] {
    std::vector<Rule> out;
    const auto add = [&](const char16_t* pattern, const char16_t* replacement) {
      out.push_back({Regex(pattern), replacement});
    };
    add(u"(?<![0-9])([0-9]{4})([-/.])(0?[1-9]|1[0-2])\\2(0?[1-9]|[12][0-9]|3[01])(?![0-9])",
        u"$1年$3月$4日");
    add(u"(?<![0-9:])([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])(?![0-9:])", u"$1時$2分$3秒");
    add(u"(?<![0-9:])([0-9]{1,2}):([0-5][0-9])(?![0-9:])", u"$1時$2分");
    add(u"([時分])0([0-9][分秒])", u"$1$2");
    add(u"([年月])0([1-9](?=[月日]))", u"$1$2");
    add(u"(時)0分(?![0-9])", u"$1");
    add(u"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", u"");
    add(u"¥\\s*([0-9]+)", u"$1円");
    add(u"\\$\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ドル");
    add(u"€\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ユーロ");
    add(u"£\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ポンド");
    add(u"(?<=[0-9])\\s*°C", u"度");
    add(u"(?<![0-9.])(?:時速 ?)?([0-9]+(?:\\.[0-9]+)?) ?km/h", u"時速$1キロ");
    add(u"(?<![0-9.])(?:秒速 ?)?([0-9]+(?:\\.[0-9]+)?) ?m/s(?!ec)", u"秒速$1メートル");
    for (const auto& [symbol, name] : kUnits) {
      add((u"(?<=[0-9]) ?" + std::u16string(symbol) + u"(?![A-Za-z])").c_str(), name);
    }
    add(u"[Nn][Oo]\\. ?1(?![0-9])", u"ナンバーワン");
    add(u"[Nn][Oo]\\. ?(?=[0-9])", u"ナンバー");
    add(u"(?<=[0-9]) ?[xX] ?(?=[0-9])", u"かける");
    add(u"(?<=[0-9])分の(?=[0-9])", u"ぶんの");
    add(u"%", u"パーセント");
    add(u"(?<=[0-9年月日時分秒円度個人歳]) ?[~〜] ?(?=[0-9¥])", u"から");
    // 5/3 is a date: with a weekday, where it is no proper fraction, or in a day's company.
    add(u"(?<![0-9/.])(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])(?=\\s?[(（][月火水木金土日][)）])",
        u"$1月$2日");
    add(u"(?<![0-9/.])(1(?=/1)|2(?=/[12])|3(?=/[1-3])|4(?=/[1-4])|5(?=/[1-5])|6(?=/[1-6])|"
        u"7(?=/[1-7])|8(?=/[1-8])|9(?=/[1-9])|1[0-2](?=/[1-9]))/([1-9])(?![0-9/.])",
        u"$1月$2日");
    add(u"(?<![0-9/.])([1-9]|1[0-2])/(1[1-9]|2[0-9]|3[01])(?![0-9/.])"
        u"(?!の(?:確率|割合|縮尺|模型|大きさ|サイズ|スケール))(?=に|から|まで|は|の|、|。|$)",
        u"$1月$2日");
    add(u"(?<![0-9/.])([1-9]|1[0-2])/([1-9]|10)(?![0-9/.])"
        u"(?=から|まで|に[行会来届着発始開出予公入帰提])",
        u"$1月$2日");
    add(u"日 ?\\(([月火水木金土日])(?:曜日?)?\\)", u"日$1曜日、");
    add(u"(?<![0-9/])([0-9]{1,3})[-−]([0-9]{1,3})(?=で[勝負敗引快惜圧辛逆リ折]|の[勝負引][ちけき])",
        u"$1対$2");
    add(u"(?<![0-9])([0-9]+)/([0-9]+)(?![0-9/])", u"$2ぶんの$1");
    add(u"(?<![0-9])([0-9]+)\\.([0-9]+)(?![0-9.])", u"$1・$2");  // read as a point
    add(u"(?<![0-9A-Za-z])[-−](?=[0-9])", u"マイナス");
    add(u"(?<=[0-9])[-−](?=[0-9])", u"の");
    add(u"(?<=[0-9])\\s*[~〜]\\s*(?=[0-9])", u"から");
    add(u" ?\\+ ?(?=[0-9])", u"プラス");
    add(u"(?<=[0-9])\\s*[×*]\\s*(?=[0-9])", u"かける");
    add(u"(?<=[0-9])\\s*÷\\s*(?=[0-9])", u"割る");
    add(u" ?= ?(?=[0-9])", u"イコール");
    add(u"&", u"アンド");
    add(u"@", u"アット");
    add(u"[「」『』\"'“”‘’〝〟《》〈〉]", u"");
    add(u"(?<=[ぁ-んァ-ヶー])[~〜]+", u"ー");
    add(u"[()\\[\\]{}【】〔〕:;·~〜]", u"、");
    add(u"[—–―─]+", u"-");
    return out;
  }();
  return list;
}

/// Of marks in a row the one that says most; dots are a pause.
std::u32string strongest_marks(std::u32string_view text) {
  static constexpr std::u32string_view kMarks = U"-,、….。?!";  // weakest first
  std::u32string out;
  constexpr size_t npos = std::u32string_view::npos;
  size_t best = npos;  // of the run that `out` ends with
  for (char32_t c : text) {
    if (c == U'‥') c = U'…';
    size_t rank = kMarks.find(c);
    if (rank != npos && best != npos) {
      const bool dots = c == U'.' && (best == rank || kMarks[best] == U'…');
      rank = dots ? kMarks.find(U'…') : std::max(best, rank);
      out.back() = kMarks[rank];
    } else {
      out.push_back(c);
    }
    best = rank;
  }
  return out;
}

/// 二〇二四 -> 2024: digits of Chinese numbers side by side, four or with a nought; ○○ is said
/// まるまる.
std::u32string kanji_years(const std::u32string& text) {
  static constexpr std::u32string_view kDigits = U"〇一二三四五六七八九";
  std::u32string out;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = text[i];
    size_t end = i;
    while (end < text.size() && kDigits.find(text[end]) != std::u32string_view::npos) ++end;
    const std::u32string_view digits = std::u32string_view(text).substr(i, end - i);
    const bool number = digits.find_first_not_of(U'〇') != digits.npos;
    if (!number) {
      for (; i < end; ++i) out += U"まる";
      if (!digits.empty()) continue;
    } else if (digits.size() >= 4 || (digits.size() > 1 && digits.find(U'〇') != digits.npos)) {
      for (const char32_t digit : digits) out += U'0' + static_cast<char32_t>(kDigits.find(digit));
      i = end;
      continue;
    }
    const bool ring = c == U'○' || c == U'◯';
    const bool beside = (i > 0 && text[i - 1] == c) || (i + 1 < text.size() && text[i + 1] == c);
    if (ring && beside) {
      out += U"まる";
      ++i;
    } else {
      out += text.substr(i, std::max<size_t>(digits.size(), 1));
      i = std::max(end, i + 1);
    }
  }
  return out;
}

}  // namespace

bool is_pause(std::string_view mark) {
  return mark == "," || mark == "." || mark == "!" || mark == "?" || mark == "…" || mark == "-";
}

std::string normalize(std::string_view text) {
  std::u32string plain, part;
  const auto typed = [](char32_t c) -> std::u32string {
    // か゛ is typed where が is meant; such a mark composes with the kana before it.
    if (c == U'゛' || c == U'゜') return c == U'゛' ? U"\u3099" : U"\u309A";
    const char32_t roman = (c - 0x2160) % 16 + 1;  // Ⅲ and ⅲ
    if (c >= 0x2160 && c <= 0x217B && roman <= 12) return decode_utf8(std::to_string(roman));
    return std::u32string(1, plain_digit(c));
  };
  for (char32_t c : decode_utf8(text)) {
    if (c != U'…' && c != U'‥') {
      part += typed(c);
      continue;
    }
    plain += compatibility_compose(part) + c;
    part.clear();
  }
  plain += compatibility_compose(part);
  plain = kanji_years(plain);
  std::replace(plain.begin(), plain.end(), U'⁄', U'/');
  std::u16string out = to_utf16(plain);
  for (const Rule& rule : rules()) {
    out = rule.pattern.replace(out,
                               [&](const Match& match) { return expand(rule.replacement, match); });
  }
  return encode_utf8(strongest_marks(to_utf32(out)));
}

}  // namespace myna::text::ja
