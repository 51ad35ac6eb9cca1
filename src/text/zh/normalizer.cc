#include "text/zh/normalizer.h"

#include "text/unicode.h"

namespace myna::text::zh {

Normalizer::Normalizer(const LexiconFile& table, RuleSet rules)
    : table_(table), rules_(std::move(rules)) {}

std::u32string Normalizer::folded(const std::u16string& text) const {
  std::u32string out;
  for (char32_t c : to_utf32(text)) {
    c = rules_.fold(c);
    if (c > 0x7F && rules_.simplified.find(c) == std::u32string_view::npos) {
      if (auto simple = table_.find("t/" + encode_utf8(c))) c = decode_utf8(*simple)[0];
    }
    out.push_back(c);
  }
  return out;
}

std::vector<std::u16string> Normalizer::stretches(const std::string& text) const {
  std::u16string all = without(to_utf16(std::string_view(text)), rules_.dropped);
  if (rules_.sentence_end)
    all = rules_.sentence_end->replace(all, [](const Match& m) { return m.group(0) + u"\n"; });
  all = stripped(all);
  std::vector<std::u16string> out;
  for (size_t at = 0; at <= all.size();) {
    const size_t stop =
        rules_.sentence_end ? std::min(all.find(u'\n', at), all.size()) : all.size();
    const std::u16string sentence = stripped(all.substr(at, stop - at));
    at = stop + 1;
    out.push_back(rules_.rules.apply(to_utf16(folded(sentence))));
  }
  return out;
}

std::string Normalizer::normalize(const std::string& text) const {
  std::u16string out;
  for (const std::u16string& stretch : stretches(text)) {
    for (char16_t c : stretch) {
      if (const size_t k = rules_.signs.find(c); k != std::u16string_view::npos)
        c = rules_.marks[k];
      const bool mark = std::u16string_view(u"!?…,.-").find(c) != std::u16string_view::npos;
      if (mark || (c >= 0x4E00 && c <= 0x9FA5)) out += c;
    }
  }
  return to_utf8(rules_.last.apply(marks_.replace(out, [](const Match& m) { return m.group(1); })));
}

}  // namespace myna::text::zh
