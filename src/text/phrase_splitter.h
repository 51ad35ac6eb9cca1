// BudouX's phrase models: where a phrase of Japanese or Chinese text ends, by the characters
// around. Method and weights: BudouX (Apache-2.0, Google), models ja and zh-hans.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text {

/// Immutable after construction; may be used from many threads.
class PhraseSplitter {
 public:
  /// `models`: language_phrases.lex; must outlive this object. `model`: "ja" or "zh".
  PhraseSplitter(const LexiconFile& models, std::string_view model);

  /// The phrases of a text; joined they are the text.
  std::vector<std::u32string> split(std::u32string_view text) const;

 private:
  int weight(std::string_view feature, std::u32string_view characters) const;

  const LexiconFile& models_;
  std::string prefix_;
  int base_ = 0;
};

}  // namespace myna::text
