#include "text/zh/mandarin.h"

namespace myna::text::zh {

Mandarin::Mandarin(const std::filesystem::path& dir, Options options)
    : options_(options),
      words_(dir / "zh_words.lex"),
      hmm_(dir / "zh_hmm.lex"),
      pinyin_(dir / "zh_pinyin.lex"),
      spoken_(dir / "zh_spoken.lex"),
      rules_(dir / "zh_rules.lex"),
      normalizer_(rules_),
      compat_normalizer_(rules_),
      g2p_(words_, hmm_, pinyin_, rules_, options.compat ? nullptr : &spoken_) {}

Mandarin::Result Mandarin::analyse(const std::string& text) const {
  Result out;
  G2pOptions g2p_options{options_.colour, options_.compat};
  if (!options_.compat) {
    out.normalized = normalizer_.normalize(text);
    out.words = g2p_.convert(out.normalized, g2p_options, &out.skipped);
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
  out.normalized = compat_normalizer_.normalize(plain);
  out.words = g2p_.convert(out.normalized, g2p_options, &out.skipped);
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
