// Tone sandhi of Mandarin words (不, 一, neutral tones, third tones) and r-colouring, with the
// merging of words that they need. The method is that of PaddleSpeech's tone_sandhi (Apache-2.0),
// which GPT-SoVITS uses; text::zh::G2p applies it.
#pragma once

#include <string>
#include <vector>

#include "text/lexicon_file.h"
#include "text/zh/pinyin.h"
#include "text/zh/segmenter.h"

namespace myna::text::zh {

/// Immutable after construction; may be used from many threads.
class Sandhi {
 public:
  /// `rules`: zh_rules.lex. All must outlive this object. `compat` keeps the reference's faults
  /// (以上 and 目的 with neutral tones, 十一个 with yi2); otherwise they are mended.
  Sandhi(const LexiconFile& rules, const Segmenter& segmenter, const Pinyin& pinyin, bool compat);

  /// Chooses the reading of a lone character by its part of speech and the words around it
  /// (lone_readings.h); does nothing in compat mode. `before` and `after` are the words around it
  /// or null.
  void choose(const TaggedWord& word, const TaggedWord* before, const TaggedWord* after,
              std::vector<Syllable>* syllables) const;

  /// Joins words that change tone together (不+x, x一x, third tones, 儿).
  std::vector<TaggedWord> merge(std::vector<TaggedWord> words) const;
  /// Applies the tone rules to the syllables of one merged word.
  void apply(const TaggedWord& word, const TaggedWord* before, const TaggedWord* after,
             std::vector<Syllable>* syllables) const;
  /// R-colouring: a final 儿 takes the tone of the syllable before it.
  void colour(const TaggedWord& word, std::vector<Syllable>* syllables) const;

 private:
  bool listed(const char* list, std::u32string_view word) const;
  bool is_de(const Syllable& syllable) const;
  size_t first_part(const std::u32string& word) const;
  void bu(const std::u32string& word, std::vector<Syllable>* syllables) const;
  void yi(const std::u32string& word, std::vector<Syllable>* syllables) const;
  void yi_compat(const std::u32string& word, std::vector<Syllable>* syllables) const;
  void neutral(const TaggedWord& word, std::vector<Syllable>* syllables) const;
  void third(const std::u32string& word, std::vector<Syllable>* syllables) const;
  std::vector<TaggedWord> merge_third(const std::vector<TaggedWord>& words, bool whole) const;

  const LexiconFile& rules_;
  const Segmenter& segmenter_;
  const Pinyin& pinyin_;
  bool compat_;
};

}  // namespace myna::text::zh
