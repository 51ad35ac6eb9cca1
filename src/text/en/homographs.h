// English words that are written alike and spoken differently: which pronunciation fits the part of
// speech and the words around (record as noun or verb, read in the past, live as adjective).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/phones.h"

namespace myna::text::en {

/// What stands around a word, in lower case; empty at the edges of a clause.
struct WordContext {
  std::string_view before, after;
  std::string_view tag;  ///< Penn part of speech of homographs
  bool capital = false;  ///< the word itself starts with a capital
  bool past = false;     ///< the clause tells of the past (yesterday, ago, last night)
};

/// Whether the part of speech of a lower-case word may tell how it sounds.
bool is_homograph(std::string_view word);

/// Index into `variants` (pronunciations of the dictionary, in its order) that fits; nothing when
/// `word` is no homograph known here.
std::optional<size_t> choose_variant(std::string_view word, const std::vector<Phones>& variants,
                                     const WordContext& context);

}  // namespace myna::text::en
