// Pronunciations as people write them: pinyin or jyutping with tones, ARPAbet with stress, Hangul,
// kana.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "text/script.h"
#include "text/symbols.h"

namespace myna::text {

/// Characters that a word with a pronunciation may have.
inline constexpr size_t kLongestPronouncedWord = 100;

/// The ways of writing a pronunciation whose symbols one table has. May be used from many threads.
class Notations {
 public:
  /// `lexicon_dir` is first opened when a pronunciation is looked for; throws then as LexiconFile.
  Notations(std::filesystem::path lexicon_dir, SymbolSet symbols);
  ~Notations();

  /// "hang2", "ni3hao3", "nǐ hǎo", "W AH1 N", "갑씨", "は'し" -> units; jyutping instead of pinyin
  /// where `language` is Cantonese. Nothing when it is no pronunciation; `problem` then says why
  /// and what to write.
  std::optional<Pronunciation> find(std::string_view written, std::optional<Language> language,
                                    std::string* problem) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether a bare bracket "[...]" with this content is meant as a pronunciation: ARPAbet with a
/// stressed vowel, or pinyin or jyutping with a syllable of two letters or more. "[B]", "[a1]",
/// Hangul and kana are not.
bool is_bare_pronunciation(const Pronunciation& pronunciation);

/// Why `pronunciation` cannot be that of `word` (Han characters and syllables differ in number);
/// empty when it can.
std::string misfit(std::u32string_view word, const Pronunciation& pronunciation);

}  // namespace myna::text
