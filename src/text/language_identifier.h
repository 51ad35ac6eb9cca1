// Which language a text in Chinese characters is: Mandarin, Cantonese or Japanese. A linear model
// over hashed character n-grams in the manner of fastText (Joulin et al., "Bag of Tricks for
// Efficient Text Classification", 2016), trained by scripts/language_id from texts of Debian
// packages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/language.h"
#include "text/lexicon_file.h"

namespace myna::text {

inline constexpr size_t kIdentifierBuckets = 1 << 16;
inline constexpr size_t kLongestNgram = 3;
inline constexpr std::array<Language, 3> kIdentifiedLanguages = {Language::kZh, Language::kYue,
                                                                 Language::kJa};

/// Calls `use(bucket)` for each n-gram of `text`.
template <typename Use>
void for_each_ngram(std::u32string_view text, Use use) {
  for (size_t begin = 0; begin < text.size(); ++begin) {
    uint32_t hash = 2166136261U;
    for (size_t end = begin; end < text.size() && end < begin + kLongestNgram; ++end) {
      hash = (hash ^ static_cast<uint32_t>(text[end])) * 16777619U;
      use(((hash ^ (hash >> 15)) * 0x9E3779B1U) >> 16);
    }
  }
}

/// Immutable after construction; may be used from many threads.
class LanguageIdentifier {
 public:
  /// `model`: language_id.lex; must outlive this object. Throws Error(kInvalidModel) when its
  /// weights are not of this size.
  explicit LanguageIdentifier(const LexiconFile& model);

  /// Probabilities in the order of kIdentifiedLanguages. `text`: Han characters (others count as
  /// such); equal ones for an empty text.
  std::array<double, 3> probabilities(std::u32string_view text) const;

 private:
  std::string_view weights_;  ///< for each bucket a signed byte for each language
  float scale_ = 0;
  std::array<float, 3> bias_ = {};
};

}  // namespace myna::text
