// Jyutping: readings of Cantonese words, and the two symbols that a syllable is written with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::yue {

/// "gam1" -> {"Yg", "Yam1"}: initial and final with tone as the official v2 symbols name them, cut
/// as the reference cuts them ("aa3" -> Yaa Ya3, "m4" -> Ym Ym4). Nothing when it cannot be cut.
std::optional<std::array<std::string, 2>> phones_of(std::string_view syllable);

/// Immutable after construction; may be used from many threads.
class Jyutping {
 public:
  /// `words`: yue_words.lex; must outlive this object.
  explicit Jyutping(const LexiconFile& words);

  /// The longest word that starts `text`, with a reading for each character. A few characters stand
  /// for two syllables; a '_' parts them. Empty when not even the first character has a reading.
  std::vector<std::string> longest(std::u32string_view text) const;
  /// The same with everyday readings, which are preferred to those of words that are no longer.
  std::vector<std::string> longest_spoken(std::u32string_view text) const;

 private:
  /// Of the words whose keys start with `kind`.
  std::vector<std::string> longest(std::u32string_view text, std::string kind) const;

  const LexiconFile& words_;
  std::vector<std::string> syllables_;
};

}  // namespace myna::text::yue
