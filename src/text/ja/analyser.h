// Text -> words: the cheapest path through the words of the dictionary (MeCab's model: a cost for
// each word and for each pair of neighbours).
#pragma once

#include <string_view>
#include <vector>

#include "text/ja/dictionary.h"

namespace myna::text::ja {

struct Morpheme {
  std::string_view surface;  ///< of the analysed text
  Entry entry;
};

/// `text`: valid UTF-8. The morphemes tile it; none reaches over one of `cuts` (bytes, rising).
/// Ties are decided as MeCab does.
std::vector<Morpheme> analyse(const Dictionary& dictionary, std::string_view text,
                              const std::vector<size_t>& cuts = {});

}  // namespace myna::text::ja
