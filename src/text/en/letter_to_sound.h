// Pronunciation of words that no dictionary holds: each letter is read by the longest context
// around it that the training words showed to matter. Learned from the CMU dictionary by
// scripts/build_lexicons.py.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class LetterToSound {
 public:
  /// `table`: en_lts.lex; must outlive this object.
  explicit LetterToSound(const LexiconFile& table);
  /// ARPAbet phones with stress of a word of lower-case letters a-z; others are ignored.
  std::vector<std::string> read(std::string_view word) const;

 private:
  const LexiconFile& table_;
  std::vector<std::string> phones_;
};

}  // namespace myna::text::en
