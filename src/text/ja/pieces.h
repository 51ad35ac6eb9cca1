// Normalised Japanese text -> pieces of speech and marks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::text::ja {

/// A stretch of speech in full-width letters, or one mark.
struct Piece {
  std::string text;
  bool mark = false;
  std::vector<size_t> source;  ///< byte of the normalised text of each byte of `text`, and the end
};

/// Runs of ! ? … , . - are reduced to their first mark, as the reference does.
std::string collapse_marks(std::string_view text);

/// Cuts at every character that is no letter, digit, kana or common kanji; blanks vanish.
std::vector<Piece> pieces_of(std::string_view normalized);

}  // namespace myna::text::ja
