// Mandarin text -> normalised text and words with phones: the one entry of this folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/anchors.h"
#include "text/lexicon_file.h"
#include "text/zh/g2p.h"
#include "text/zh/normalizer.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Mandarin {
 public:
  struct Options {
    bool compat = false;  ///< the reference's rules, faults included
    bool colour = true;   ///< r-colouring (v2 symbols)
    std::shared_ptr<const Polyphones> polyphones = nullptr;
  };
  /// Opens zh_*.lex in `lexicon_dir`; throws as LexiconFile.
  Mandarin(const std::filesystem::path& lexicon_dir, Options options);

  struct Result {
    std::string normalized;
    std::vector<G2pWord> words;  ///< tile `normalized`
    std::u32string skipped;      ///< characters without a reading
  };
  /// A word of the text as written, with the reading that the user gives.
  struct Given {
    Anchor place;
    std::vector<Syllable> syllables;
  };
  /// `given`: in order, apart. In compat mode throws Error(kInvalidText) where the reference fails,
  /// and reads ￥ and ^ as its long pauses SP2 and SP3.
  Result analyse(const std::string& text, const std::vector<Given>& given = {}) const;

  const G2p& g2p() const { return g2p_; }

 private:
  void read(const std::string& text, const std::vector<Given>& given, Result* out) const;

  Options options_;
  LexiconFile words_, hmm_, pinyin_, mode_pinyin_, rules_;
  Normalizer normalizer_;
  G2p g2p_;
};

}  // namespace myna::text::zh
