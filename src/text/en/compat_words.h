// How the reference reads English words: its tokens, homographs by part of speech, the dictionary's
// first pronunciation, spelling, possessives, and for the rest its word splitter and its network,
// which are given from outside.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/compat_dictionary.h"
#include "text/en/tagger.h"
#include "text/en/word_splitter.h"

namespace myna::text::en {

/// What the reference takes from models that are not part of this repository.
struct CompatModels {
  /// Phones of a word that is not in the dictionary (lower case).
  std::function<Phones(const std::string&)> predict;
  /// Pieces of such a word; one piece: it is predicted as it is.
  std::function<std::vector<std::string>(const std::string&)> segment;
};

struct CompatToken {
  std::string text;
  size_t begin = 0;  ///< byte offset in the normalised text
};

/// Tokens of the tweet tokeniser (NLTK) for text that holds only letters, blanks and ' . , ? ! -
std::vector<CompatToken> compat_tokens(const std::string& normalized);

/// How rare the words of the dictionary are, for the splitter. Both must outlive the result.
WordPrice compat_price(const CompatDictionary& dictionary, const Tagger& tagger);

/// Phones of one token. `tag`: its Penn part of speech, asked for where it matters.
Phones compat_phones(const std::string& token, const std::function<std::string()>& tag,
                     const CompatDictionary& dictionary, const CompatModels& models);

}  // namespace myna::text::en
