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
  bool past = false;     ///< the clause tells of the past (yesterday, ago, last night)
};

/// Index into `variants` (pronunciations of the dictionary, in its order) that fits; nothing when
/// `word` is no homograph known here.
std::optional<size_t> choose_variant(std::string_view word,
                                     const std::vector<std::vector<std::string>>& variants,
                                     const WordContext& context);

/// Whether the words around make `word` a verb.
bool stands_as_verb(std::string_view word, const WordContext& context);

/// The pronunciation that the reference gives to a homograph with the Penn tag `tag`; nothing when
/// `word` is none of its homographs.
std::optional<std::vector<std::string>> compat_reading(
    std::string_view word, const std::vector<std::vector<std::string>>& variants,
    std::string_view tag);

}  // namespace myna::text::en
