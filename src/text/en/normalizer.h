// English text as written -> as read: numbers, dates, times, money, units, addresses,
// abbreviations.
#pragma once

#include <string>

#include "text/en/rule_set.h"

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  explicit Normalizer(RuleSet rules) : rules_(std::move(rules)) {}
  /// Latin letters, apostrophes, hyphens inside words, blanks and the marks . , ? ! - only.
  /// Capitals are kept: they tell acronyms and names.
  std::string normalize(const std::string& text) const;

 private:
  RuleSet rules_;
};

}  // namespace myna::text::en
