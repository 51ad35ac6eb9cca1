// Normalising a text in which some words must be found again afterwards.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace myna::text {

/// A stretch in UTF-8 bytes.
struct Anchor {
  size_t begin = 0, end = 0;
};

/// `normalize(text)`, and `anchors` (in order, apart) moved to where their words are in the result.
/// Where the words around change the reading of a word so that it cannot be found again, the
/// stretches between the anchors are normalised one by one and joined by `joint`.
std::string normalize_around(const std::string& text, std::vector<Anchor>* anchors,
                             const std::function<std::string(const std::string&)>& normalize,
                             const std::string& joint);

}  // namespace myna::text
