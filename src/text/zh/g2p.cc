#include "text/zh/g2p.h"

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text::zh {
namespace {

bool is_mark(char32_t c) {
  return c == '!' || c == '?' || c == U'…' || c == ',' || c == '.' || c == '-';
}

}  // namespace

G2p::G2p(const LexiconFile& words, const LexiconFile& hmm, const LexiconFile& pinyin,
         const LexiconFile& rules, const LexiconFile* spoken)
    : segmenter_(words, hmm),
      pinyin_(pinyin, spoken),
      sandhi_(rules, segmenter_, pinyin_, spoken == nullptr) {}

std::vector<G2pWord> G2p::convert(const std::string& normalized, const G2pOptions& options,
                                  std::u32string* skipped) const {
  std::vector<G2pWord> out;
  std::u32string text = decode_utf8(normalized);
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && !is_mark(text[end])) ++end;
    if (end < text.size()) ++end;
    std::vector<TaggedWord> words = sandhi_.merge(segmenter_.tag(text.substr(begin, end - begin)));
    for (size_t w = 0; w < words.size(); ++w) {
      const TaggedWord& word = words[w];
      std::vector<Syllable> syllables = pinyin_.readings(word.text);
      const TaggedWord* before = w > 0 ? &words[w - 1] : nullptr;
      const TaggedWord* after = w + 1 < words.size() ? &words[w + 1] : nullptr;
      sandhi_.choose(word, before, after, &syllables);
      sandhi_.apply(word, before, after, &syllables);
      if (options.colour) sandhi_.colour(word, &syllables);
      G2pWord result{word.text, word.tag, {}, {}};
      for (size_t i = 0; i < word.text.size(); ++i) {
        if (is_mark(word.text[i])) {
          result.phones.push_back(encode_utf8(word.text[i]));
          result.word2ph.push_back(1);
        } else if (syllables[i].id != Syllable::kNone && syllables[i].tone >= 1) {
          result.phones.push_back(pinyin_.initial(syllables[i]));
          result.phones.push_back(pinyin_.final(syllables[i]));
          result.word2ph.push_back(2);
        } else {
          if (options.strict) {
            throw Error(ErrorCode::kInvalidText, "the character " + encode_utf8(word.text[i]) +
                                                     " has no known reading; replace it");
          }
          if (skipped != nullptr) skipped->push_back(word.text[i]);
          result.word2ph.push_back(0);
        }
      }
      out.push_back(std::move(result));
    }
    begin = end;
  }
  return out;
}

}  // namespace myna::text::zh
