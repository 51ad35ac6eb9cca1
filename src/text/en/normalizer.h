// English text as written -> as read: numbers, dates, times, money, units, addresses,
// abbreviations.
#pragma once

#include <memory>
#include <string>

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  Normalizer();
  ~Normalizer();
  /// Latin letters, apostrophes, hyphens inside words, blanks and the marks . , ? ! - only.
  /// Capitals are kept: they tell acronyms and names.
  std::string normalize(const std::string& text) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace myna::text::en
