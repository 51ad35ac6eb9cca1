#include "text/ko/annotation.h"

#include "text/ko/hangul.h"

namespace myna::text::ko {
namespace {

bool is_one_of(char32_t c, std::u32string_view set) {
  return c != 0 && set.find(c) != std::u32string_view::npos;
}

/// The mark behind `last`, the last character of a morpheme; 0: none.
char mark_of(char32_t last, const std::string& tags) {
  const size_t plus = tags.rfind('+');
  const std::string tag = plus == std::string::npos ? tags : tags.substr(plus + 1);
  if (tag == "NNBC") return 'B';
  if (tag[0] == 'E' && coda_of(last) == U'ᆯ') return 'E';
  if (tag[0] == 'V' && is_one_of(coda_of(last), U"ᆫᆬᆷᆱᆰᆲᆴ")) return 'P';
  return 0;
}

}  // namespace

std::u32string annotate(const std::u32string& text, const std::vector<Morpheme>& morphemes) {
  std::u32string out;
  size_t at = 0;
  const auto copy_blanks = [&] {
    while (at < text.size() && text[at] == ' ') out += text[at++];
  };
  for (const Morpheme& morpheme : morphemes) {
    for (char32_t c : morpheme.text) {
      copy_blanks();
      if (at == text.size() || text[at] != c) return text;
      out += text[at++];
    }
    if (morpheme.text.empty() || morpheme.tag.empty()) continue;
    if (const char mark = mark_of(morpheme.text.back(), morpheme.tag)) {
      out += U'/';
      out += static_cast<char32_t>(mark);
    }
  }
  copy_blanks();
  return at == text.size() ? out : text;
}

}  // namespace myna::text::ko
