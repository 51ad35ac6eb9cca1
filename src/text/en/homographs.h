// English words that are written alike and spoken differently: which pronunciation fits the words
// around (record as noun or verb, read in the past, live as adjective).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text::en {

/// What stands around a word, in lower case; empty at the edges of a clause.
struct WordContext {
  std::string_view before, after;
  bool capital = false;  ///< the word itself starts with a capital
};

/// Index into `variants` (pronunciations of the dictionary, in its order) that fits; nothing when
/// `word` is no homograph known here.
std::optional<size_t> choose_variant(std::string_view word,
                                     const std::vector<std::vector<std::string>>& variants,
                                     const WordContext& context);

}  // namespace myna::text::en
