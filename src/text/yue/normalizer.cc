#include "text/yue/normalizer.h"

#include <algorithm>

#include "text/unicode.h"

namespace myna::text::yue {
namespace {

/// How far apart two characters may be that are taken for the same one.
constexpr size_t kReach = 48;

bool is_common(char32_t c) { return c >= 0x4E00 && c <= 0x9FA5; }

}  // namespace

Normalizer::Normalizer(const LexiconFile& rules, bool compat)
    : rules_(rules),
      compat_(compat),
      normalizer_(rules, compat ? zh::compat_rules(rules) : zh::default_rules()) {}

std::string Normalizer::as_reference(const std::string& text) const {
  constexpr std::u16string_view kFrom = u"：；，。！？\n·、$—～~", kTo = u",,,.!?.,,.---";
  std::u16string out;
  for (const std::u16string& stretch : normalizer_.stretches(text)) {
    for (char16_t c : stretch) {
      if (const size_t k = kFrom.find(c); k != std::u16string_view::npos) c = kTo[k];
      if (is_common(c) || std::u16string_view(u"!?…,.-").find(c) != std::u16string_view::npos)
        out += c;
    }
  }
  return to_utf8(out);
}

/// The Mandarin rules see simplified characters; what they leave as it is gets its own back, since
/// 隻 and 只 are read differently.
std::string Normalizer::as_written(const std::u32string& text) const {
  std::u32string read = decode_utf8(normalizer_.normalize(encode_utf8(text)));
  const auto simplified = [&](char32_t c) {
    const auto found = rules_.find("t/" + encode_utf8(c));
    return found ? decode_utf8(*found)[0] : c;
  };
  size_t from = 0;
  for (char32_t& c : read) {
    const size_t stop = std::min(text.size(), from + kReach);
    size_t at = from;
    while (at < stop && !(is_han(text[at]) && simplified(text[at]) == c)) ++at;
    if (at == stop) continue;
    c = text[at];
    from = at + 1;
  }
  return encode_utf8(read);
}

std::string Normalizer::normalize(const std::string& text) const {
  if (compat_) return as_reference(text);
  // Rare characters (㗎, 𨋢), which the Mandarin rules would drop, part the text.
  std::string out;
  std::u32string part;
  for (char32_t c : decode_utf8(text)) {
    if (is_han(c) && !is_common(c) && c != U'〇') {
      out += as_written(part) + encode_utf8(c);
      part.clear();
    } else {
      part += c;
    }
  }
  return out + as_written(part);
}

}  // namespace myna::text::yue
