// Mandarin text as written -> as read: numbers, dates, times, money, units, ranges, signs.
#pragma once

#include <memory>
#include <string>

#include "text/lexicon_file.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  /// `rules`: zh_rules.lex (traditional -> simplified); must outlive this object.
  explicit Normalizer(const LexiconFile& rules);
  ~Normalizer();

  /// Han characters U+4E00-U+9FA5 and the marks ! ? … , . - only.
  std::string normalize(const std::string& text) const;

 private:
  struct Rules;
  const LexiconFile& table_;
  std::unique_ptr<Rules> rules_;
};

}  // namespace myna::text::zh
