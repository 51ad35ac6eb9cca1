// English words -> ARPAbet with stress: dictionary, inflections, compounds, spelling,
// letter-to-sound.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/en/homographs.h"
#include "text/en/letter_to_sound.h"
#include "text/lexicon_file.h"

namespace myna::text::en {

struct G2pWord {
  std::string text;
  size_t begin = 0;  ///< byte offset in the normalised text
  std::vector<std::string> phones;
  bool by_user = false;  ///< the phones are a FixedWord's
};

/// A stretch of the normalised text whose phones the user gives.
struct FixedWord {
  size_t begin = 0, end = 0;  ///< bytes
  std::vector<std::string> phones;
};

/// Immutable after construction; may be used from many threads.
class G2p {
 public:
  /// `words`: en_words.lex, `lts`: en_letters.lex; both must outlive this object.
  G2p(const LexiconFile& words, const LexiconFile& lts);

  /// `normalized`: output of en::Normalizer. Words and marks in order, blanks left out.
  /// `fixed`: in order, apart; each becomes one word.
  std::vector<G2pWord> convert(const std::string& normalized,
                               const std::vector<FixedWord>& fixed = {}) const;
  /// One word in isolation; `shouted`: the whole sentence is in capitals, so capitals mean nothing.
  std::vector<std::string> word(const std::string& written, bool shouted = false) const;
  /// First pronunciation of the dictionary for a lower-case word; empty when it is not there.
  std::vector<std::string> lookup(const std::string& lower, size_t variant = 0) const;

 private:
  /// Words and marks of `normalized` without phones (marks have theirs).
  static std::vector<G2pWord> tokenize(const std::string& normalized);
  static std::vector<G2pWord> with_fixed(const std::string& normalized,
                                         const std::vector<FixedWord>& fixed);
  std::vector<std::string> hyphenated(const std::string& written, bool shouted) const;
  /// Pronunciation of a homograph; empty when `written` is none.
  std::vector<std::string> in_context(const std::string& written, const WordContext& context) const;
  std::vector<std::string> spell(const std::string& letters) const;
  std::vector<std::string> inflected(const std::string& lower) const;
  std::vector<std::string> compound(const std::string& lower) const;
  std::vector<std::string> unknown(const std::string& lower) const;

  const LexiconFile& words_;
  LetterToSound lts_;
  std::vector<std::string> phones_;
};

}  // namespace myna::text::en
