// Korean morphemes: the best path through the words of a reduced mecab-ko-dic, with the connection
// costs of its contexts in classes and mecab-ko's penalty for particles and endings behind a blank.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "text/ko/annotation.h"
#include "text/lexicon_file.h"

namespace myna::text::ko {

/// Immutable after construction; may be used from many threads.
class Analyser {
 public:
  /// `words`: ko_words.lex (built by scripts/korean); must outlive this object. Throws
  /// Error(kInvalidModel) when its tables do not fit together.
  explicit Analyser(const LexiconFile& words);

  /// The morphemes of a text, blanks left out. Tags are only as fine as annotate() needs them: V,
  /// E, NNBC and "-".
  std::vector<Morpheme> analyse(const std::u32string& text) const;

 private:
  /// What a word can be: its contexts, the penalty behind a blank, and its tag.
  struct Class {
    uint16_t left, right;
    int32_t penalty;
    uint8_t tag;
  };
  struct Candidate {
    size_t end;
    uint16_t left, right;
    int32_t cost, penalty;
    uint8_t tag;
  };
  struct Node {
    int32_t cost;
    uint16_t right;
    uint8_t tag;
    uint32_t begin, from;  ///< characters: of the word, and where the node before it ends
    uint32_t previous;     ///< that node's index
  };

  int32_t connection(uint16_t right, uint16_t left) const;
  void known(std::u32string_view text, size_t begin, std::vector<Candidate>* out) const;
  void unknown(std::u32string_view text, size_t begin, bool also,
               std::vector<Candidate>* out) const;
  void analyse_part(std::u32string_view text, std::vector<Morpheme>* out) const;

  const LexiconFile& words_;
  std::vector<Class> classes_;
  std::string_view costs_;  ///< [left][right], signed bytes
  size_t rights_ = 0;
  struct Unknown {
    uint16_t left, right;
    int32_t cost;
  };
  std::array<Unknown, 6> unknown_ = {};  ///< sign, digits, Latin, Han, Hangul; edge of the text
};

}  // namespace myna::text::ko
