// Parts of speech of English words by the averaged perceptron that the reference uses (Honnibal
// 2013, as in NLTK): each word's tag from its letters, the words around it and the two tags before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/prefix_code.h"
#include "text/lexicon_file.h"

namespace myna::text::en {

/// Immutable after construction; may be used from many threads.
class Tagger {
 public:
  /// `table`: en_tags.lex; must outlive this object. `as_published`: exactly the reference's
  /// tagger; else with what it misses: agreement with persons and auxiliary verbs, commands, and
  /// verbs whose noun is so common that it takes every such word for one (The metal will contract).
  /// Throws Error(kInvalidModel) when the table is damaged.
  Tagger(const LexiconFile& table, bool as_published);
  Tagger(const Tagger&) = delete;
  Tagger& operator=(const Tagger&) = delete;

  /// Penn treebank tags of words and marks in their order.
  std::vector<std::string> tag(const std::vector<std::string>& tokens) const;

  /// How rare a lower-case word is: about -log10 of its share in running text, 1.3 to 7.
  double rarity(const std::string& lower) const;

 private:
  /// What a feature adds to the score of a tag.
  struct Weight {
    uint8_t kind = 0, tag = 0;
    int16_t value = 0;
  };
  using Record = std::vector<Weight>;  ///< by kind

  size_t id(std::string_view name) const;
  Record record(const std::string& key) const;
  int agreement(const std::vector<std::string>& lower, size_t at, size_t tag) const;
  /// The tag of a word that always has the same; names_.size() where there is none.
  size_t fixed_tag(const std::vector<std::string>& tokens, const std::vector<std::string>& lower,
                   size_t at) const;
  size_t best(const std::vector<int>& scores) const;

  const LexiconFile& table_;
  bool as_published_;
  std::vector<std::string> names_;  ///< in their alphabetical order, then the edges of a text
  size_t tags_ = 0;                 ///< names_ without the edges
  std::vector<int16_t> values_;
  PrefixCode kind_code_, tag_code_, value_code_;
  std::vector<Record> after_tag_;  ///< of each name
  Record always_;
  size_t nn_, nns_, vb_, vbp_, vbz_, vbd_, vbn_;
};

}  // namespace myna::text::en
