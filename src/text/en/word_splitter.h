// Words that were written together ("helloworld", "state-of-the-art") back into known words: the
// fewest of them, in place of the reference's splitter, whose word counts are not ours to ship.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace myna::text::en {

using IsKnown = std::function<bool(const std::string& word)>;

/// The pieces of a lower-case word, cut at what is not a letter; a piece that is not known is cut
/// on where known words of three letters and more, and everyday words of two, make it up. Never
/// empty unless `lower` has no letter.
std::vector<std::string> split_words(const std::string& lower, const IsKnown& known);

}  // namespace myna::text::en
