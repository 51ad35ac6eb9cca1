// The published model of fastText that names the language of a text, one of 176. A text is the mean
// of the vectors of its words and of their character n-grams; the labels are the leaves of a
// Huffman tree, and each inner node says by a sigmoid how likely its right side is. Joulin et al.,
// "Bag of Tricks for Efficient Text Classification" and "FastText.zip: Compressing text
// classification models", both 2016.
//
// The table (fasttext_lid.lex, written by scripts/language_id/fasttext.py): each word with its row;
// "bucket_starts", "bucket_bytes", "bucket_rows": the n-gram buckets that have a row, sorted, those
// of 256 buckets together, each by its last byte; a row is eight numbers of centroids, two values
// each, and the number of its length; "centroids", "norms", "output" (a vector for each inner node)
// f32; "tree" the children of the inner nodes, u16; "labels".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text {

/// Immutable after construction; may be used from many threads.
class FasttextModel {
 public:
  /// `file`: must outlive this object. Throws Error(kInvalidModel) when its lists do not fit each
  /// other; what is found damaged later throws the same.
  explicit FasttextModel(const LexiconFile& file);

  struct Answer {
    std::string_view label;  ///< mostly an ISO 639 code; valid as long as the model lives
    float probability;
  };
  /// Up to `most` (one or more) labels whose probability is not below `least`, best first.
  /// `text`: UTF-8; words are parted by ASCII blanks.
  std::vector<Answer> classify(std::string_view text, size_t most, float least) const;

 private:
  static constexpr size_t kDimensions = 16, kLabels = 176, kNodes = kLabels - 1;
  using Vector = std::array<float, kDimensions>;
  struct Mean;
  struct Search;

  void add_word(std::string_view word, Mean* mean) const;
  void add_ngrams(std::string_view word, Mean* mean) const;
  void add_row(std::string_view row, Mean* mean) const;
  /// The row of a bucket, empty where it has none.
  std::string_view row_of(uint32_t bucket) const;
  /// Looks for the best labels below `node`: leaves, then inner nodes, are numbered in one row.
  void descend(size_t node, float score, Search* search) const;

  const LexiconFile& file_;
  std::vector<std::string> labels_;
  std::string_view starts_, bytes_, rows_;
  std::vector<float> centroids_, norms_, output_;
  std::array<std::array<uint16_t, 2>, kNodes> tree_ = {};
};

}  // namespace myna::text
