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
    add(u"([年月])0([1-9][月日])", u"$1$2");
    add(u"(時)0分(?![0-9])", u"$1");
    add(u"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", u"");
    add(u"¥\\s*([0-9]+)", u"$1円");
    add(u"\\$\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ドル");
    add(u"€\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ユーロ");
    add(u"£\\s*([0-9]+(?:\\.[0-9]+)?)", u"$1ポンド");
    add(u"(?<=[0-9])\\s*°C", u"度");
    add(u"%", u"パーセント");
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

}  // namespace

bool is_pause(std::string_view mark) {
  return mark == "," || mark == "." || mark == "!" || mark == "?" || mark == "…" || mark == "-";
}

std::string normalize(std::string_view text) {
  std::u32string plain, part;
  for (char32_t c : decode_utf8(text)) {
    if (c != U'…' && c != U'‥') {
      part += c;
      continue;
    }
    plain += compatibility_compose(part) + c;
    part.clear();
  }
  plain += compatibility_compose(part);
  std::u16string out = to_utf16(plain);
  for (const Rule& rule : rules()) {
    out = rule.pattern.replace(out,
                               [&](const Match& match) { return expand(rule.replacement, match); });
  }
  return encode_utf8(strongest_marks(to_utf32(out)));
}

}  // namespace myna::text::ja
