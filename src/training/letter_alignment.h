// Which letters of a word say which of its phones, found from the dictionary alone.
#pragma once

#include <string>
#include <vector>

namespace myna::training {

struct AlignedWord {
  std::string word;
  std::vector<std::string> phones;
  std::vector<int> takes;  ///< phones of each letter, 0 to 2; empty where there is no alignment
};

/// Fills `takes` by hard expectation maximisation over pairs of a letter and its phones (stress
/// left out), as in the alignment step of joint-sequence models (Bisani and Ney 2008).
void align_letters(std::vector<AlignedWord>* words);

}  // namespace myna::training
