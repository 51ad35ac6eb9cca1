// The rules by which Mandarin text is put into words, one set for each mode. Both sets are run by
// zh::Normalizer.
#pragma once

#include <optional>

#include "text/lexicon_file.h"
#include "text/rewrite_rules.h"

namespace myna::text::zh {

struct RuleSet {
  std::u16string dropped;             ///< characters that say nothing
  std::optional<Regex> sentence_end;  ///< behind it a new stretch starts, which is read for itself
  /// Simplified characters that the table of traditional ones takes for such.
  std::u32string_view simplified;
  char32_t (*fold)(char32_t);  ///< full-width signs and the like to what the rules look for
  RewriteRules rules;
  /// Signs that become marks or other characters at the end; what is then no mark and no Han
  /// character U+4E00-U+9FA5 is left out.
  std::u16string_view signs, marks;
  RewriteRules last;  ///< for what remains: Han characters and marks
};

/// Myna's own reading.
RuleSet default_rules();
/// The reference's reading, faults included, so that official weights can be given exactly the
/// phones they were trained on. The rules and their order are those of PaddleSpeech's
/// zh_normalization (Apache-2.0) as GPT-SoVITS uses it. `table`: zh_rules.lex (measure words).
/// Rules throw Error(kInvalidText) where the reference fails (digits of other scripts).
RuleSet compat_rules(const LexiconFile& table);

/// Parts of default_rules().
void add_dates_and_times(RewriteRules* rules);
void add_spelled_numbers(RewriteRules* rules);
void add_quantities(RewriteRules* rules);
void add_signs(RewriteRules* rules);

}  // namespace myna::text::zh
