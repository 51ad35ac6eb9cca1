// The reference's English dictionary: its edition of the CMU dictionary, of which it knows the
// first pronunciation of each word only, and the homographs of g2p_en, told apart by part of
// speech.
#pragma once

#include "text/en/phones.h"
#include "text/lexicon_file.h"

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class CompatDictionary {
 public:
  /// `words`: en_words.lex; `differing`: en_compat.lex, where the reference's edition differs from
  /// it. Both must outlive this object.
  CompatDictionary(const LexiconFile& words, const LexiconFile& differing);
  CompatDictionary(const CompatDictionary&) = delete;
  CompatDictionary& operator=(const CompatDictionary&) = delete;

  /// Pronunciation of a lower-case word; empty when the reference does not have it.
  Phones reading(const std::string& lower) const;
  /// Pronunciation of a first name, written with one capital ("Kaitlyn"); empty for other words.
  Phones name(const std::string& written) const;
  bool is_homograph(const std::string& lower) const;
  /// Pronunciation of a homograph that has the Penn tag `tag`; empty for other words.
  Phones homograph(const std::string& lower, std::string_view tag) const;

 private:
  const LexiconFile& words_;
  const LexiconFile& differing_;
  std::vector<std::string> word_phones_, differing_phones_;
};

}  // namespace myna::text::en
