// Jieba's hidden Markov models for Chinese characters that make up no word of the dictionary: one
// with four states (begin, end, middle of a word, single) that finds words, one with 256 (position
// and part of speech) that tags them too. Ties are decided as there.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::zh {

struct TaggedWord {
  std::u32string text;
  std::string tag;
};

/// Immutable after construction; may be used from many threads.
class HiddenMarkov {
 public:
  /// `tables`: zh_hmm.lex; must outlive this object.
  explicit HiddenMarkov(const LexiconFile& tables);

  /// Appends the words of `han`: Chinese characters, at least one.
  void cut(std::u32string_view han, std::vector<std::u32string>* out) const;
  void tag(std::u32string_view han, std::vector<TaggedWord>* out) const;

 private:
  struct Emissions;
  using Moves = std::vector<std::vector<std::pair<uint8_t, float>>>;

  Emissions emissions(char32_t c) const;
  std::vector<uint8_t> allowed(const Emissions& e, const std::vector<uint8_t>& alive) const;
  std::vector<size_t> best_path(std::u32string_view han) const;

  const LexiconFile& tables_;
  std::array<float, 4> seg_start_{};
  std::array<float, 16> seg_trans_{};
  std::vector<std::string> tags_;  ///< of each state
  std::vector<char> positions_;
  std::vector<float> start_;
  std::vector<uint8_t> all_;  ///< every state
  Moves trans_;               ///< by previous state
  Moves before_;              ///< by next state, previous ascending
};

}  // namespace myna::text::zh
