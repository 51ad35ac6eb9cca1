// Words with their phones for letter-to-sound: a pronouncing dictionary cut into what is learned
// and what is kept unseen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace myna::training {

struct LetterWord {
  std::string word;
  /// Pronunciations as indices into LetterDictionary::phones; the first one is the usual one.
  std::vector<std::vector<int32_t>> readings;
};

struct LetterDictionary {
  std::vector<std::string> phones;
  std::vector<LetterWord> train, unseen;
  std::string digest;  ///< SHA-256 of the file
};

/// `file`: en_words.lex. Words of two or more letters a-z in their order; every twentieth is
/// unseen.
LetterDictionary load_letter_dictionary(const std::filesystem::path& file);

}  // namespace myna::training
