// Words that were written together ("helloworld", "state-of-the-art", "Bfour") back into known
// words: the commonest of them, in place of the reference's splitter, whose word counts are not
// ours to ship.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace myna::text::en {

/// How rare a known word is: about -log10 of its share in running text, at most 7. Nothing for an
/// unknown word.
using WordPrice = std::function<std::optional<double>(const std::string& word)>;

/// The pieces of a lower-case word, cut at what is not a letter; a piece that is not known is cut
/// on where words of three letters and more and everyday words of two make it up, and perhaps a
/// letter at its start or end, if they are common enough for its length. Never empty unless `lower`
/// has no letter.
std::vector<std::string> split_words(const std::string& lower, const WordPrice& price);

}  // namespace myna::text::en
