// Cantonese text as written -> as read. Numbers, dates and units are read by the Mandarin rules,
// whose words are those of written Cantonese too.
#pragma once

#include <string>

#include "text/lexicon_file.h"
#include "text/rewrite_rules.h"
#include "text/zh/normalizer.h"

namespace myna::text::yue {

/// Immutable after construction; may be used from many threads.
class Normalizer {
 public:
  /// `rules`: zh_rules.lex; must outlive this object. `compat`: as the reference does, which reads
  /// the simplified characters and drops what is outside U+4E00-U+9FA5.
  Normalizer(const LexiconFile& rules, bool compat);

  /// Han characters and the marks ! ? … , . - only. In compat mode throws Error(kInvalidText) where
  /// the reference fails.
  std::string normalize(const std::string& text) const;

 private:
  std::string as_reference(const std::string& text) const;
  std::string as_written(const std::u32string& written) const;
  static RewriteRules own_rules();

  const LexiconFile& rules_;
  const bool compat_;
  RewriteRules own_;  ///< what is said otherwise than in Mandarin; default mode
  zh::Normalizer normalizer_;
};

}  // namespace myna::text::yue
