// The user's own pronunciations: tab-separated files, one word a line, that beat all dictionaries.
//
//   word<TAB>pronunciation[<TAB>language]
//   行香子	hang2 xiang1 zi3
//   Myna	M AY1 N AH0	en
//
// # starts a comment line. The pronunciation is pinyin with tone digits or ARPAbet with stress; the
// language is told by it and needs to be given only as a check.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/frontend.h"
#include "text/script.h"

namespace myna::text {

/// Immutable after construction; may be shared by threads.
class UserLexicon {
 public:
  /// Throws Error(kNotFound) without the file, Error(kInvalidText) with the file as its subject and
  /// the line and the remedy in its message when a line is wrong.
  static std::shared_ptr<const UserLexicon> load(const std::filesystem::path& path,
                                                 const Frontend& frontend);
  /// The same of a text; `name` stands for the file in errors.
  static std::shared_ptr<const UserLexicon> parse(std::string_view tsv, const std::string& name,
                                                  const Frontend& frontend);

  size_t size() const { return exact_.size() + folded_.size(); }

  struct Match {
    size_t length = 0;  ///< characters; 0: nothing
    const Pronunciation* pronunciation = nullptr;
  };
  /// Longest entry that starts at `at`. Latin words match whole words only (a possessive 's may
  /// follow), others anywhere. An entry in lower case matches any case, one with capitals only
  /// itself.
  Match find(std::u32string_view text, size_t at) const;

 private:
  using Table = std::unordered_map<std::u32string, Pronunciation>;
  void add(const std::u32string& word, Pronunciation pronunciation);

  Table exact_, folded_;
  std::unordered_map<char32_t, size_t> longest_;  ///< by first character, lower case
};

/// Weakest first: of two entries of one length the later lexicon's wins.
using UserLexicons = std::vector<std::shared_ptr<const UserLexicon>>;

/// Cuts spans without a pronunciation at the words that the lexicons hold, longest match first.
std::vector<Span> apply_lexicons(const UserLexicons& lexicons, std::vector<Span> spans);

}  // namespace myna::text
