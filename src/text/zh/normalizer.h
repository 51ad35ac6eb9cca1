// Mandarin text as written -> as read: numbers, dates, times, money, units, ranges, signs.
#pragma once

#include <string>
#include <vector>

#include "text/lexicon_file.h"
#include "text/zh/rule_set.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  /// `table`: zh_rules.lex (traditional -> simplified); must outlive this object.
  Normalizer(const LexiconFile& table, RuleSet rules);

  /// Han characters U+4E00-U+9FA5 and the marks ! ? … , . - only. Throws what the rules throw.
  std::string normalize(const std::string& text) const;
  /// The same stretch by stretch, before signs become marks and what has no reading is left out.
  std::vector<std::u16string> stretches(const std::string& text) const;

 private:
  std::u32string folded(const std::u16string& text) const;

  const LexiconFile& table_;
  RuleSet rules_;
  Regex marks_{u"([!?…,.\\-])[!?…,.\\-]+"};
};

}  // namespace myna::text::zh
