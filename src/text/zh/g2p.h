// Normalised Mandarin text -> phones with word2ph.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/lexicon_file.h"
#include "text/zh/pinyin.h"
#include "text/zh/sandhi.h"
#include "text/zh/segmenter.h"

namespace myna::text::zh {

struct G2pWord {
  std::u32string text;
  std::string tag;
  std::vector<std::string> phones;
  std::vector<int32_t> word2ph;  ///< per character of `text`
};

struct G2pOptions {
  bool colour = true;  ///< r-colouring (v2); off for v1
  bool strict =
      false;  ///< throw Error(kInvalidText) for a character without a reading, else skip it
};

/// Immutable after construction; may be used from many threads.
class G2p {
 public:
  /// `spoken`: zh_spoken.lex, or null for compat mode (the reference's readings, faults included).
  G2p(const LexiconFile& words, const LexiconFile& hmm, const LexiconFile& pinyin,
      const LexiconFile& rules, const LexiconFile* spoken);

  /// `normalized`: output of zh::Normalizer. Characters without a reading are appended to
  /// `skipped`.
  std::vector<G2pWord> convert(const std::string& normalized, const G2pOptions& options,
                               std::u32string* skipped) const;

  const Segmenter& segmenter() const { return segmenter_; }
  const Pinyin& pinyin() const { return pinyin_; }
  const Sandhi& sandhi() const { return sandhi_; }

 private:
  Segmenter segmenter_;
  Pinyin pinyin_;
  Sandhi sandhi_;
};

}  // namespace myna::text::zh
