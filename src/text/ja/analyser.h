// Text -> words: the cheapest path through the words of the dictionary (MeCab's model: a cost for
// each word and for each pair of neighbours).
#pragma once

#include <string_view>
#include <vector>

#include "text/ja/dictionary.h"

namespace myna::text::ja {

struct Morpheme {
  std::string_view surface;  ///< of the analysed text
  Feature feature;
};

/// `text`: valid UTF-8 without blanks. The morphemes tile it. Ties are decided as MeCab does.
std::vector<Morpheme> analyse(const Dictionary& dictionary, std::string_view text);

}  // namespace myna::text::ja
