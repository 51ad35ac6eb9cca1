// How the reference reads English words: its tokens, homographs by part of speech, the dictionary's
// first pronunciation, spelling, possessives, and for the rest its word splitter and its network,
// which are given from outside.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text::en {

using Phones = std::vector<std::string>;

/// What the reference takes from models that are not part of this repository.
struct CompatModels {
  /// Phones of a word that is not in the dictionary (lower case).
  std::function<Phones(const std::string&)> predict;
  /// Pieces of such a word; one piece: it is predicted as it is.
  std::function<std::vector<std::string>(const std::string&)> segment;
  /// All pronunciations of a lower-case word in the dictionary; empty: it is not there.
  std::function<std::vector<Phones>(const std::string&)> lookup;
};

struct CompatToken {
  std::string text;
  size_t begin = 0;  ///< byte offset in the normalised text
};

/// Tokens of the tweet tokeniser (NLTK) for text that holds only letters, blanks and ' . , ? ! -
std::vector<CompatToken> compat_tokens(const std::string& normalized);

/// Phones of one token. `tag`: its Penn part of speech.
Phones compat_phones(const std::string& token, std::string_view tag, const CompatModels& models);

}  // namespace myna::text::en
