// Korean text as written -> as read: numbers, dates, times, money, units, signs, Hanja.
#pragma once

#include <memory>
#include <string>

#include "text/lexicon_file.h"

namespace myna::text::ko {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  /// `rules`: ko_rules.lex (readings of Hanja); must outlive this object.
  explicit Normalizer(const LexiconFile& rules);
  ~Normalizer();

  /// Hangul, blanks (never two, none at an end) and the marks ! ? … , . - only. `skipped`, where
  /// given, gets the letters and numbers that have no reading.
  std::string normalize(const std::string& text, std::string* skipped = nullptr) const;

 private:
  struct Rules;
  const LexiconFile& table_;
  std::unique_ptr<Rules> rules_;
};

}  // namespace myna::text::ko
