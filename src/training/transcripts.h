// Phone labels of training items as v2 symbol ids, from whatever a corpus gives: ARPAbet words,
// pinyin syllables or plain text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/frontend.h"

namespace myna::training {

/// Ids of a sentence, and what a synthesiser must be given to speak exactly these phones: spelled
/// out words for English, pinyin with tone digits (sandhi applied) for Mandarin; empty when a
/// Mandarin sentence has foreign words.
struct Reading {
  std::vector<int32_t> phones;
  std::string spoken;
};

/// Not thread-safe (it remembers words).
class Transcriber {
 public:
  /// `frontend` must outlive this object and use the v2 symbols.
  explicit Transcriber(const text::Frontend& frontend);

  /// ARPAbet with stress, words separated by " | ". `text` holds the same words: where the front
  /// end reads a word with the same phones, its stress marks are taken, so that labels follow one
  /// convention. A full stop is appended. Throws Error(kInvalidModel) with `subject` for a phone
  /// that is no ARPAbet symbol.
  std::vector<int32_t> from_arpabet(std::string_view phones, std::string_view text,
                                    const std::string& subject);

  /// One toned syllable; empty when it is none (see pinyin.h).
  std::vector<int32_t> from_pinyin(std::string_view syllable) const;

  /// A sentence; a full stop is appended when it ends without a mark. `language`: "en" or "zh".
  Reading read(std::string_view sentence, std::string_view language) const;

  /// A word as part of a longer item: like read, without the marks around it.
  std::vector<int32_t> read_word(std::string_view word, std::string_view language) const;

  int32_t id(std::string_view symbol) const;
  bool is_mark(int32_t phone) const;

 private:
  std::vector<std::string> word_phones(const std::string& word);

  const text::Frontend& frontend_;
  std::unordered_map<std::string, std::vector<std::string>> words_;
};

}  // namespace myna::training
