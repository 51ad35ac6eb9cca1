// Normalised Mandarin text -> phones with word2ph.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/lexicon_file.h"
#include "text/zh/pinyin.h"
#include "text/zh/polyphones.h"
#include "text/zh/sandhi.h"
#include "text/zh/segmenter.h"

namespace myna::text::zh {

struct G2pWord {
  std::u32string text;
  std::string tag;
  std::vector<std::string> phones;
  std::vector<int32_t> word2ph;  ///< per character of `text`
  bool by_user = false;          ///< a character has a FixedReading
};

/// A reading that the user gives: no rule changes it. Its own text may be anything; it is a word of
/// its own unless it has one syllable for each of its Han characters.
struct FixedReading {
  size_t begin = 0, end = 0;  ///< characters of the normalised text
  std::vector<Syllable> syllables;
};

struct G2pOptions {
  bool colour = true;  ///< r-colouring (v2); off for v1
  bool strict =
      false;  ///< throw Error(kInvalidText) for a character without a reading, else skip it
  /// Reads clauses beside the dictionary, or null. Default mode: it decides the characters that no
  /// phrase tells. Compat mode, as in the reference: it decides all that it knows, and its
  /// corrections go above it.
  const Polyphones* polyphones = nullptr;
};

/// Immutable after construction; may be used from many threads.
class G2p {
 public:
  /// `mode_pinyin`: see Pinyin. `compat`: as the reference reads, faults included.
  G2p(const LexiconFile& words, const LexiconFile& hmm, const LexiconFile& pinyin,
      const LexiconFile& mode_pinyin, const LexiconFile& rules, bool compat);

  /// `normalized`: output of zh::Normalizer. Characters without a reading are appended to
  /// `skipped`. `fixed`: in order, apart.
  std::vector<G2pWord> convert(const std::string& normalized, const G2pOptions& options,
                               std::u32string* skipped,
                               const std::vector<FixedReading>& fixed = {}) const;

  const Segmenter& segmenter() const { return segmenter_; }
  const Pinyin& pinyin() const { return pinyin_; }
  const Sandhi& sandhi() const { return sandhi_; }

 private:
  struct Clause;
  std::vector<Syllable> readings(const TaggedWord& word, const TaggedWord* before,
                                 const TaggedWord* after, size_t at, const Clause& clause) const;
  std::vector<Syllable> compat_readings(const std::u32string& word, size_t at,
                                        const Clause& clause) const;
  G2pWord whole_word(std::u32string_view text, const FixedReading& fixed) const;
  void convert_clause(std::u32string_view text, size_t offset, const G2pOptions& options,
                      const std::vector<const Syllable*>& given, std::u32string* skipped,
                      std::vector<G2pWord>* out) const;

  bool compat_;
  Segmenter segmenter_;
  Pinyin pinyin_;
  Sandhi sandhi_;
};

}  // namespace myna::text::zh
