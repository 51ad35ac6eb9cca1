// What the sound rules must know about the words: where a stem, an ending or a counter ends.
#pragma once

#include <string>
#include <vector>

namespace myna::text::ko {

/// A morpheme with its tag as mecab-ko-dic names it; of an analysed contraction all tags joined by
/// "+", of which the last counts.
struct Morpheme {
  std::u32string text;
  std::string tag;
};

/// `text` with /P behind verbal stems in ㄴ, ㅁ and clusters with ㄹ, /E behind endings in ㄹ, /B
/// behind counters (tag NNBC). Unchanged when the morphemes are not those of the text, blanks
/// aside.
std::u32string annotate(const std::u32string& text, const std::vector<Morpheme>& morphemes);

}  // namespace myna::text::ko
