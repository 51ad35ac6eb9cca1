#include "text/ja/kana.h"

#include <algorithm>
#include <unordered_map>

#include "base/utf8.h"

namespace myna::text::ja {
namespace {

/// Kana of one consonant, one for each letter of `vowels`.
struct Row {
  const char* consonant;
  const char* vowels;
  const char* kana;
  bool rare = false;
};

constexpr Row kRows[] = {
    {"", "aiueo", "ア イ ウ エ オ"},
    {"", "aiueo", "ァ ィ ゥ ェ ォ"},
    {"", "ieo", "ヰ ヱ ヲ"},
    {"k", "aiueo", "カ キ ク ケ コ"},
    {"ky", "aueo", "キャ キュ キェ キョ"},
    {"g", "aiueo", "ガ ギ グ ゲ ゴ"},
    {"gy", "aueo", "ギャ ギュ ギェ ギョ"},
    {"s", "aiueo", "サ スィ ス セ ソ"},
    {"sh", "aiueo", "シャ シ シュ シェ ショ"},
    {"z", "aiueo", "ザ ズィ ズ ゼ ゾ"},
    {"z", "u", "ヅ"},
    {"j", "aiueo", "ジャ ジ ジュ ジェ ジョ"},
    {"j", "i", "ヂ"},
    {"t", "aiueo", "タ ティ トゥ テ ト"},
    {"ty", "auo", "テャ テュ テョ"},
    {"ch", "aiueo", "チャ チ チュ チェ チョ"},
    {"ts", "aiueo", "ツァ ツィ ツ ツェ ツォ"},
    {"d", "aiueo", "ダ ディ ドゥ デ ド"},
    {"dy", "auo", "デャ デュ デョ"},
    {"n", "aiueo", "ナ ニ ヌ ネ ノ"},
    {"ny", "aueo", "ニャ ニュ ニェ ニョ"},
    {"h", "aieo", "ハ ヒ ヘ ホ"},
    {"hy", "aueo", "ヒャ ヒュ ヒェ ヒョ"},
    {"f", "aiueo", "ファ フィ フ フェ フォ"},
    {"b", "aiueo", "バ ビ ブ ベ ボ"},
    {"by", "aueo", "ビャ ビュ ビェ ビョ"},
    {"by", "auo", "ヴャ ヴュ ヴョ"},
    {"v", "aiueo", "ヴァ ヴィ ヴ ヴェ ヴォ"},
    {"p", "aiueo", "パ ピ プ ペ ポ"},
    {"py", "aueo", "ピャ ピュ ピェ ピョ"},
    {"m", "aiueo", "マ ミ ム メ モ"},
    {"my", "aueo", "ミャ ミュ ミェ ミョ"},
    {"y", "aueo", "ヤ ユ イェ ヨ"},
    {"y", "auo", "ャ ュ ョ"},
    {"r", "aiueo", "ラ リ ル レ ロ"},
    {"ry", "aueo", "リャ リュ リェ リョ"},
    {"w", "aieo", "ワ ウィ ウェ ウォ"},
    {"N", "-", "ン"},
    {"cl", "-", "ッ"},
    {"w", "a", "ヮ", true},
    {"k", "e", "ヶ", true},
    {"kw", "a", "クヮ", true},
    {"gw", "a", "グヮ", true},
};
constexpr size_t kKanaBytes = 3;  ///< of one kana in UTF-8

std::unordered_map<std::string_view, Mora> make_moras() {
  std::unordered_map<std::string_view, Mora> out;
  for (const Row& row : kRows) {
    std::string_view rest = row.kana;
    for (const char* vowel = row.vowels; *vowel != 0; ++vowel) {
      const std::string_view kana = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(kana.size() + 1, rest.size()));
      out[kana] = {kana, row.consonant, *vowel == '-' ? "" : std::string(1, *vowel), row.rare};
    }
  }
  return out;
}

/// The kana of `from` at the start of `text` replaced by that of `to`.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  for (size_t i = 0; i < from.size(); i += kKanaBytes) {
    if (text.substr(0, kKanaBytes) == from.substr(i, kKanaBytes))
      return std::string(to.substr(i, kKanaBytes)).append(text.substr(kKanaBytes));
  }
  return std::string(text);
}

bool is_hiragana(char32_t c) { return c >= 0x3041 && c <= 0x3096; }
bool is_katakana(char32_t c) { return c >= 0x30A1 && c <= 0x30FC; }

}  // namespace

const Mora* find_mora(std::string_view text) {
  static const auto moras = make_moras();
  for (const size_t bytes : {2 * kKanaBytes, kKanaBytes}) {
    if (text.size() < bytes) continue;
    const auto found = moras.find(text.substr(0, bytes));
    if (found != moras.end()) return &found->second;
  }
  return nullptr;
}

std::string first_kana(std::string_view text, size_t* bytes) {
  std::string kana;
  bool hiragana = false;
  for (size_t at = 0; at < text.size() && kana.size() < 2 * kKanaBytes;) {
    const char32_t c = next_code_point(text, at);
    if (!is_hiragana(c) && !is_katakana(c)) break;
    if (!kana.empty() && is_hiragana(c) != hiragana) break;
    hiragana = is_hiragana(c);
    append_utf8(kana, hiragana ? c + 0x60 : c);
  }
  const Mora* mora = find_mora(kana);
  if (mora != nullptr && mora->rare) {  // クヮ is ク and something that is not read
    kana.resize(std::min(kana.size(), kKanaBytes));
    mora = find_mora(kana);
    if (mora != nullptr && mora->rare) mora = nullptr;
  }
  std::string out;
  if (mora != nullptr) {
    out = mora->kana;
  } else if (text.substr(0, kKanaBytes) == kLong) {
    out = kLong;
  }
  *bytes = out.size();
  return out;
}

std::vector<std::string> written_moras(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t bytes = 0;
    std::string kana = first_kana(text.substr(at), &bytes);
    if (bytes > 0 && (!out.empty() || kana != kLong)) {
      out.push_back(std::move(kana));
    } else if (text[at] == '\'' && !out.empty() && out.back() != kFall) {
      out.emplace_back(kFall);
      bytes = 1;
    } else if (text[at] == ' ') {
      bytes = 1;
    } else {
      return {};
    }
    at += bytes;
  }
  return out;
}

std::string voiced(std::string_view text) {
  return replaced(text, "カキクケコサシスセソタチツテトハヒフヘホ",
                  "ガギグゲゴザジズゼゾダヂヅデドバビブベボ");
}

std::string semivoiced(std::string_view text) { return replaced(text, "ハヒフヘホ", "パピプペポ"); }

}  // namespace myna::text::ja
