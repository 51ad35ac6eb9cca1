// English words -> ARPAbet with stress: dictionary, inflections, compounds, spelling,
// letter-to-sound.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/compat_words.h"
#include "text/en/homographs.h"
#include "text/en/letter_to_sound.h"
#include "text/en/tagger.h"
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

struct G2pOptions {
  /// Compat mode, the reference's reading of words: its dictionary, which must outlive the G2p.
  const CompatDictionary* compat = nullptr;
  /// Compat mode: replace what the reference's own models say (for the golden vectors). Empty
  /// members: letter-to-sound, and cuts at hyphens.
  CompatModels models = {};
  /// Compat mode: Penn tags of the tokens in their order, in place of the tagger's.
  std::function<std::string(size_t token)> tag = {};
};

/// Immutable after construction; may be used from many threads.
class G2p {
 public:
  /// `words`: en_words.lex. `tagger`: tells homographs apart; as published in compat mode. Both
  /// must outlive this object. `letters`: reads words that the dictionary lacks; without it they
  /// are spelled letter by letter.
  G2p(const LexiconFile& words, const Tagger& tagger, std::shared_ptr<const LetterToSound> letters,
      G2pOptions options = {});
  G2p(const G2p&) = delete;
  G2p& operator=(const G2p&) = delete;

  /// `normalized`: output of en::Normalizer. Words and marks in order, blanks left out.
  /// `fixed`: in order, apart; each becomes one word.
  std::vector<G2pWord> convert(const std::string& normalized,
                               const std::vector<FixedWord>& fixed = {}) const;
  /// One word in isolation; `shouted`: the whole sentence is in capitals, so capitals mean nothing.
  std::vector<std::string> word(const std::string& written, bool shouted = false) const;
  /// First pronunciation of the dictionary for a lower-case word; empty when it is not there.
  std::vector<std::string> lookup(const std::string& lower, size_t variant = 0) const;

 private:
  std::vector<G2pWord> convert_compat(const std::string& normalized,
                                      const std::vector<FixedWord>& fixed) const;
  /// Words and marks of `normalized` without phones (marks have theirs).
  std::vector<G2pWord> tokenize(const std::string& normalized) const;
  std::vector<G2pWord> with_fixed(const std::string& normalized,
                                  const std::vector<FixedWord>& fixed) const;
  std::vector<std::string> hyphenated(const std::string& written, bool shouted) const;
  /// Pronunciation of a homograph; empty when `written` is none.
  std::vector<std::string> in_context(const std::string& written, const WordContext& context) const;
  /// All pronunciations of the dictionary, usual ones first.
  std::vector<std::vector<std::string>> variants(const std::string& lower) const;
  /// Pronunciation of a first name that is no word of the dictionary.
  std::vector<std::string> name(const std::string& lower) const;
  std::vector<std::string> spell(const std::string& letters) const;
  std::vector<std::string> inflected(const std::string& lower) const;
  std::vector<std::string> compound(const std::string& lower) const;
  std::vector<std::string> unknown(const std::string& lower) const;

  const LexiconFile& words_;
  const Tagger& tagger_;
  std::shared_ptr<const LetterToSound> letters_;
  G2pOptions options_;
  std::vector<std::string> phones_;
};

}  // namespace myna::text::en
