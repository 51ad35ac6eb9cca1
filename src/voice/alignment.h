// Alignment of what was heard with what was wanted, phone by phone (Levenshtein distance with a
// trace), and the phone classes under which two phones count as the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace myna::voice {

struct AlignmentCounts {
  int wanted = 0;  ///< length of the wanted sequence
  int substitutions = 0;
  int deletions = 0;          ///< wanted, not heard
  int insertions = 0;         ///< heard, not wanted
  int longest_deletion = 0;   ///< longest run of consecutive deletions: swallowed words
  int longest_insertion = 0;  ///< longest run of consecutive insertions: repeated or babbled words
  int errors() const { return substitutions + deletions + insertions; }
  /// errors / wanted; 0 for an empty wanted sequence that was met by silence, else 1.
  double rate() const;
  AlignmentCounts& operator+=(const AlignmentCounts& other);
};

/// Minimum edit distance, unit costs. O(n * m) time, O(n * m) bytes.
AlignmentCounts align(const std::vector<int32_t>& wanted, const std::vector<int32_t>& heard);

/// Maps phone ids to the classes in which speech is judged: ARPAbet vowels lose their stress digit
/// (stress is not reliably audible), Mandarin finals keep their tone, punctuation and pauses
/// vanish.
class PhoneClasses {
 public:
  /// `symbols`: names in id order (text::Frontend::symbols()).
  explicit PhoneClasses(const std::vector<std::string>& symbols);
  /// Class ids of a phone sequence; unspoken symbols are dropped.
  std::vector<int32_t> classify(const std::vector<int32_t>& ids) const;
  bool spoken(int32_t id) const;

 private:
  std::vector<int32_t> class_of_;  ///< -1: not spoken
};

}  // namespace myna::voice
