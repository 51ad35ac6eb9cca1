// The rules by which English text is put into words, one set for each mode. Both sets are run by
// en::Normalizer.
#pragma once

#include "text/rewrite_rules.h"

namespace myna::text::en {

struct RuleSet {
  char32_t (*fold)(char32_t);  ///< one character as the rules want it
  RewriteRules rules;
};

/// Myna's own reading.
RuleSet default_rules();
/// The reference's reading, faults included, so that official weights can be given exactly the
/// phones they were trained on: the rules of GPT-SoVITS's English expansion in their order, with
/// numbers in the words of Python's inflect.
RuleSet compat_rules();

/// Parts of default_rules().
void add_addresses(RewriteRules* rules);
void add_abbreviations(RewriteRules* rules);
void add_dates_and_times(RewriteRules* rules);
void add_money_and_names(RewriteRules* rules);
void add_quantities(RewriteRules* rules);

}  // namespace myna::text::en
