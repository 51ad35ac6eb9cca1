// Words whose sounds neither their spelling nor a rule tells: tense onsets in words of Chinese
// origin (결정), compounds (술집) and endings (할게), ㄴ between the parts of a compound (꽃잎,
// 부산역), 못 before a vowel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/ko/annotation.h"
#include "text/lexicon_file.h"

namespace myna::text::ko {

/// Immutable after construction; may be used from many threads.
class SpokenWords {
 public:
  /// `rules`: ko_rules.lex; must outlive this object.
  explicit SpokenWords(const LexiconFile& rules) : rules_(rules) {}

  /// Writes such words in `text` as they are said, and in its morphemes too; never more or fewer
  /// syllables. Nothing happens when the morphemes are not those of the text, blanks aside.
  void apply(std::u32string* text, std::vector<Morpheme>* morphemes) const;

 private:
  struct Found {
    size_t length = 0;
    std::string said;
  };
  Found longest(std::u32string_view text, const std::vector<bool>& borders, size_t at) const;

  const LexiconFile& rules_;
};

}  // namespace myna::text::ko
