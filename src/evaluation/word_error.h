// Word error rate: what a recogniser wrote against what was to be said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::evaluation {

struct WordErrors {
  int words = 0;   ///< wanted
  int errors = 0;  ///< substitutions + deletions + insertions
  double rate() const { return words > 0 ? double(errors) / words : 0.0; }
  WordErrors& operator+=(const WordErrors& other);
};

/// Lower case, letters, digits and apostrophes only; split at everything else.
std::vector<std::string> spoken_words(std::string_view text);

WordErrors word_errors(std::string_view wanted, std::string_view heard);

}  // namespace myna::evaluation
