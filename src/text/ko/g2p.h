// Korean text -> phones: the letters of the pronounced syllables, compound vowels in two.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "text/ko/annotation.h"
#include "text/lexicon_file.h"

namespace myna::text::ko {

/// Immutable after construction; may be used from many threads.
class G2p {
 public:
  /// `rules`: ko_rules.lex; must outlive this object. `compat`: as the reference does, which spells
  /// Latin letters and reads numbers here; otherwise the text comes normalised.
  G2p(const LexiconFile& rules, bool compat);

  /// What an analyser is to see: letters by their names and, in compat mode, words that no rule
  /// reads right as they are said (otherwise SpokenWords does that).
  std::u32string prepare(const std::u32string& text) const;

  /// `prepared` with its morphemes (may be empty) -> jamo as pronounced. In compat mode throws
  /// Error(kInvalidText) for numbers of more than 16 digits.
  std::u32string pronounce(const std::u32string& prepared,
                           const std::vector<Morpheme>& morphemes) const;

  /// Jamo -> phone symbols; a blank is 空, what has no symbol 停.
  static std::vector<std::string> phones(const std::u32string& jamo);

 private:
  const bool compat_;
  std::vector<std::pair<std::u32string, std::u32string>> idioms_;
};

/// Latin letters by their Korean names, the rest as it is.
std::u32string letters_by_name(std::u32string_view text);

}  // namespace myna::text::ko
