#include "text/zh/mandarin.h"

#include "base/utf8.h"

namespace myna::text::zh {

Mandarin::Mandarin(const std::filesystem::path& dir, Options options)
    : options_(options),
      words_(dir / "zh_words.lex"),
      hmm_(dir / "zh_hmm.lex"),
      pinyin_(dir / "zh_pinyin.lex"),
      mode_pinyin_(dir / (options.compat ? "zh_reference.lex" : "zh_spoken.lex")),
      rules_(dir / "zh_rules.lex"),
      normalizer_(rules_, options.compat ? compat_rules(rules_) : default_rules()),
      g2p_(words_, hmm_, pinyin_, mode_pinyin_, rules_, options.compat) {}

void Mandarin::read(const std::string& text, const std::vector<Given>& given, Result* out) const {
  std::vector<Anchor> anchors;
  for (const Given& word : given) anchors.push_back(word.place);
  out->normalized = normalize_around(
      text, &anchors, [&](const std::string& part) { return normalizer_.normalize(part); }, "");
  const std::string_view normalized = out->normalized;
  std::vector<FixedReading> fixed;
  for (size_t i = 0; i < given.size(); ++i) {
    const size_t begin = count_code_points(normalized.substr(0, anchors[i].begin));
    const size_t length =
        count_code_points(normalized.substr(anchors[i].begin, anchors[i].end - anchors[i].begin));
    fixed.push_back({begin, begin + length, given[i].syllables});
  }
  out->words =
      g2p_.convert(out->normalized, {options_.colour, options_.compat, options_.polyphones.get()},
                   &out->skipped, fixed);
}

Mandarin::Result Mandarin::analyse(const std::string& text, const std::vector<Given>& given) const {
  Result out;
  if (!options_.compat || !given.empty()) {
    read(text, given, &out);
    return out;
  }
  // A text with ￥ (or ^) reads each of its commas as a long pause.
  std::string special, pause;
  for (const auto& [mark, symbol] : {std::pair{"￥", "SP2"}, std::pair{"^", "SP3"}}) {
    if (special.empty() && text.find(mark) != std::string::npos) {
      special = mark;
      pause = symbol;
    }
  }
  std::string plain = text;
  if (!special.empty()) {
    for (size_t at = 0; (at = plain.find(special, at)) != std::string::npos;)
      plain.replace(at, special.size(), ",");
  }
  read(plain, given, &out);
  if (!special.empty()) {
    for (G2pWord& word : out.words) {
      for (std::string& phone : word.phones) {
        if (phone == ",") phone = pause;
      }
    }
  }
  return out;
}

}  // namespace myna::text::zh
