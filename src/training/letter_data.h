// Words with the sound of each letter for letter-to-sound: a pronouncing dictionary, aligned, and
// cut into what is learned and what is kept unseen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace myna::training {

struct LetterWord {
  std::string word;
  std::vector<int64_t> sounds;  ///< of each letter, indices into LetterDictionary::sounds
};

struct UnseenWord {
  std::string word;
  /// Phones of its pronunciations; the first one is the usual one.
  std::vector<std::vector<std::string>> readings;
};

struct LetterDictionary {
  std::vector<std::string> sounds;  ///< none to two phones, parted by a blank
  std::vector<LetterWord> train;
  std::vector<UnseenWord> unseen;
  std::string digest;  ///< SHA-256 of the file
};

/// `file`: en_words.lex. Words of two or more letters a-z in their order; every twentieth is
/// unseen. The few words that cannot be said in two phones a letter, or only with sounds that
/// hardly any word has, are not learned.
LetterDictionary load_letter_dictionary(const std::filesystem::path& file);

}  // namespace myna::training
