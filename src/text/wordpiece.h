// The tokens that BERT-like networks read (WordPiece, Devlin et al. 2018): text in lower case and
// without accents, ideographs and punctuation one by one, every other word in the longest pieces
// that the vocabulary has. Each token knows the characters that it stands for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace myna::text {

class WordPiece {
 public:
  struct Token {
    int64_t id = 0;
    size_t begin = 0, end = 0;  ///< characters of the text; the end excluded
  };

  /// `vocabulary`: the tokens in the order of their ids, one per line (vocab.txt). `lower_case`:
  /// whether it was made of text in lower case without accents. Throws Error(kInvalidModel) naming
  /// `subject` when [UNK], [CLS] or [SEP] is missing or a token is there twice.
  WordPiece(std::string_view vocabulary, bool lower_case, const std::string& subject);

  /// Without the marks of beginning and end. Blanks and control characters have no token; a word
  /// with a part that is not in the vocabulary is one unknown token.
  std::vector<Token> tokenize(std::u32string_view text) const;

  int64_t size() const { return int64_t(ids_.size()); }
  int64_t begin_mark() const { return begin_mark_; }  ///< [CLS]
  int64_t end_mark() const { return end_mark_; }      ///< [SEP]
  int64_t unknown() const { return unknown_; }        ///< [UNK]

 private:
  /// A character as the vocabulary has it, and which one of the text it is.
  struct Letter {
    std::string bytes;
    size_t place;
  };
  void add_word(const std::vector<Letter>& word, std::vector<Token>* out) const;
  int64_t find(const std::string& token) const;

  std::unordered_map<std::string, int64_t> ids_;
  bool lower_case_;
  int64_t begin_mark_ = 0, end_mark_ = 0, unknown_ = 0;
};

/// A vocabulary as WordPiece wants it.
struct Vocabulary {
  std::string lines;
  bool lower_case = true;
};
/// Of the folder of a network: from tokenizer.json, else from vocab.txt. Throws Error(kNotFound)
/// when there is neither, Error(kInvalidModel | kUnsupported) naming the file when it holds no
/// WordPiece vocabulary with every id once.
Vocabulary read_vocabulary(const std::filesystem::path& folder);

}  // namespace myna::text
