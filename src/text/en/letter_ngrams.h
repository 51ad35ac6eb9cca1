// Pronunciation of words that no dictionary holds: the most probable sequence of letter-phone pairs
// under an n-gram model learned from the CMU dictionary (joint-sequence model, Bisani and Ney 2008;
// trained by scripts/letter_to_sound/train.cc).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/letter_to_sound.h"
#include "text/lexicon_file.h"

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class LetterNgrams : public LetterToSound {
 public:
  /// `file`: en_letters.lex. Throws as LexiconFile.
  explicit LetterNgrams(const std::filesystem::path& file);
  /// ARPAbet phones with stress of a word of lower-case letters a-z; others are ignored. Words
  /// beyond 64 letters are read in pieces.
  std::vector<std::string> read(std::string_view word) const override;

 private:
  struct Pair {
    std::string key;  ///< how n-gram keys name it
    std::vector<std::string> phones;
  };
  /// -ln probability of `pair` after the pairs `history` (keys, oldest first).
  double cost(const std::vector<const std::string*>& history, const std::string& pair) const;
  std::vector<std::string> read_piece(std::string_view word) const;

  LexiconFile table_;
  std::array<std::vector<Pair>, 26> pairs_;
  std::string start_, end_;
};

}  // namespace myna::text::en
