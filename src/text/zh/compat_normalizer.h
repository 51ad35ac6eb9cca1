// The reference's Mandarin normaliser, faults included, so that official weights can be given
// exactly the phones they were trained on. The rules and their order are those of PaddleSpeech's
// zh_normalization (Apache-2.0) as GPT-SoVITS uses it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class CompatNormalizer {
 public:
  /// `rules`: zh_rules.lex (traditional characters, measure words); must outlive this object.
  explicit CompatNormalizer(const LexiconFile& rules);
  ~CompatNormalizer();

  /// Throws Error(kInvalidText) where the reference fails (digits of other scripts, malformed
  /// numbers).
  std::string normalize(const std::string& text) const;
  /// The sentences with numbers, dates and units in words, before their marks are mapped and what
  /// has no reading is dropped. Throws likewise.
  std::vector<std::u16string> sentences(const std::string& text) const;

 private:
  struct Rules;
  const LexiconFile& table_;
  std::unique_ptr<Rules> rules_;
};

}  // namespace myna::text::zh
