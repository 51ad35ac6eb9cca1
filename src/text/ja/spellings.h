// Words that the dictionary's costs read wrong where a person sees at once what is meant (七夕,
// お腹が空いた): the analyser is given them in kana.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::ja {

/// Bytes [begin, end) of a text that are to be analysed as `kana`.
struct Spelling {
  size_t begin = 0, end = 0;
  std::string kana;
};

/// Immutable after construction; may be used from many threads.
class Spellings {
 public:
  /// Throws as LexiconFile when ja_spoken.lex cannot be opened.
  explicit Spellings(const std::filesystem::path& lexicon_dir);

  /// The longest entry from each place on, in order, apart; none begins inside a stretch of kanji
  /// (税金が holds no 金が).
  std::vector<Spelling> find(std::string_view text) const;

 private:
  LexiconFile words_;
};

}  // namespace myna::text::ja
