// Mandarin word segmentation compatible with jieba 0.42 (MIT): the most probable path through a
// dictionary graph, hidden Markov models for what the dictionary lacks, part-of-speech tags.
#pragma once

#include <string>
#include <vector>

#include "text/lexicon_file.h"
#include "text/zh/hidden_markov.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Segmenter {
 public:
  /// `words`: zh_words.lex, `hmm`: zh_hmm.lex; both must outlive this object.
  Segmenter(const LexiconFile& words, const LexiconFile& hmm);

  std::vector<std::u32string> cut(const std::u32string& text, bool hmm = true) const;
  /// The words of cut(), each preceded by the dictionary words of two and three characters in it.
  std::vector<std::u32string> cut_for_search(const std::u32string& text, bool hmm = true) const;
  std::vector<TaggedWord> tag(const std::u32string& text) const;

 private:
  struct Graph;

  Graph build_graph(const std::u32string& text, size_t max_ends) const;
  void best_ends(const Graph& graph, size_t length, std::vector<size_t>* ends) const;
  uint64_t frequency(std::u32string_view word) const;
  std::string word_tag(std::u32string_view word) const;

  void cut_block(const std::u32string& block, bool hmm, std::vector<std::u32string>* out) const;
  void hmm_cut(std::u32string_view text, std::vector<std::u32string>* out) const;

  void tag_block(const std::u32string& block, std::vector<TaggedWord>* out) const;
  void hmm_tag(std::u32string_view text, std::vector<TaggedWord>* out) const;

  const LexiconFile& words_;
  HiddenMarkov unknown_;
  double log_total_;
  std::vector<std::string> tags_;
};

}  // namespace myna::text::zh
