#include "text/yue/normalizer.h"

#include <algorithm>

#include "text/unicode.h"
#include "text/zh/numbers.h"

namespace myna::text::yue {
namespace {

/// How far apart two characters may be that are taken for the same one.
constexpr size_t kReach = 48;

bool is_common(char32_t c) { return c >= 0x4E00 && c <= 0x9FA5; }

}  // namespace

Normalizer::Normalizer(const LexiconFile& rules, bool compat)
    : rules_(rules),
      compat_(compat),
      own_(own_rules()),
      normalizer_(rules, compat ? zh::compat_rules(rules) : zh::default_rules()) {}

RewriteRules Normalizer::own_rules() {
  RewriteRules out;
  out.add_step([](const std::u16string& text) {
    std::u16string read = text;
    for (size_t i = 1; i < read.size(); ++i)
      if (read[i] == u'々' && is_common(read[i - 1])) read[i] = read[i - 1];
    return read;
  });
  const auto number = [](const Match& m) {
    return m.group(1) + zh::digit_by_digit(m.group(2)) + u"，" + zh::digit_by_digit(m.group(3));
  };
  // Telephone numbers of eight digits.
  out.add(u"(?<![\\d.,$-])()([2-9]\\d{3}) (\\d{4})(?![\\d-])", number);
  out.add(
      u"((?:電話|电话|致電|打|熱線|手機|手提|號碼|查詢)[^\\d，。]{0,4})([2-9]\\d{3})-?(\\d{4})(?!["
      u"\\d-])",
      number);
  out.add(u"(打)(999|112|911|18\\d{1,3})(?![\\d.])",
          [](const Match& m) { return m.group(1) + zh::digit_by_digit(m.group(2)); });
  out.add(u"(?<=\\d)\\s?km/h(?![A-Za-z])", u"公里每小時");
  out.add(u"(?<=\\d)\\s?km(?![A-Za-z/\\d²])", u"公里");
  out.add(u"(?<=\\d)\\s?kg(?![A-Za-z/])", u"公斤");
  // The dollar is that of Hong Kong unless it says otherwise.
  out.add(u"(?<![A-Za-z])(?:HK)?\\$ ?(\\d[\\d,]*(?:\\.\\d+)?)([萬万億亿]?)",
          [](const Match& m) { return m.group(1) + m.group(2) + u"元"; });
  return out;
}

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
std::string Normalizer::as_written(const std::u32string& written) const {
  const std::u16string own = own_.apply(to_utf16(written));
  const std::u32string text = to_utf32(own);
  std::u32string read = decode_utf8(normalizer_.normalize(to_utf8(own)));
  const auto simplified = [&](char32_t c) {
    const auto found = rules_.find("t/" + encode_utf8(c));
    return found ? decode_utf8(*found)[0] : c;
  };
  size_t from = 0;
  const bool spelled =
      written.find(U'幺') == written.npos;  // the Mandarin one of telephone numbers
  for (char32_t& c : read) {
    if (c == U'幺' && spelled) c = U'一';
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
