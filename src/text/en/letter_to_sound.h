// Pronunciation of English words that no dictionary holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::text::en {

/// Implementations are immutable after construction and may be used from many threads.
class LetterToSound {
 public:
  virtual ~LetterToSound() = default;
  /// ARPAbet phones with stress of a word of lower-case letters a-z; others are ignored. Never
  /// empty for a word of letters.
  virtual std::vector<std::string> read(std::string_view word) const = 0;
};

}  // namespace myna::text::en
