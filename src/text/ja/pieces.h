// Normalised Japanese text -> pieces of speech and marks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/ja/spellings.h"
#include "text/reader.h"

namespace myna::text::ja {

/// A word of a piece whose pronunciation the user gives; bytes of the piece's text.
struct Told {
  size_t begin = 0, end = 0;
  const Pronunciation* pronunciation = nullptr;
};

/// A stretch of speech in lower-case full-width letters, or one mark.
struct Piece {
  std::string text;
  bool mark = false;
  std::vector<size_t> source;  ///< byte of the normalised text of each byte of `text`, and the end
  std::vector<Told> told = {};
};

/// Runs of ! ? … , . - are reduced to their first mark, as the reference does.
std::string collapse_marks(std::string_view text);

/// Cuts at every character that is no letter, digit, kana or common kanji and not in a word of
/// `given` (bytes of `normalized`); blanks vanish. `spellings` take the place of what they spell.
std::vector<Piece> pieces_of(std::string_view normalized, const std::vector<GivenWord>& given = {},
                             const std::vector<Spelling>& spellings = {});

}  // namespace myna::text::ja
