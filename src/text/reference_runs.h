// Language runs exactly as the reference finds them (split-lang 2.1.1 and GPT-SoVITS's LangSegmenter
// on top), for compat mode: words of mixed Han and kana text are told apart by BudouX's phrase
// models, named by a language identifier, and merged with their neighbours.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/language.h"
#include "text/lexicon_file.h"

namespace myna::text {

/// ISO codes of the likeliest languages of a text, best first: with `several` up to five of a
/// probability of 0.01 or more, otherwise the best alone.
using Identify = std::function<std::vector<std::string>(std::u32string_view text, bool several)>;

struct ReferencePiece {
  std::string language;  ///< code, or "punctuation" for marks alone
  std::u32string text;
};

/// The pieces that the front ends are given. They may lack characters that the reference loses.
/// `phrases`: language_phrases.lex. Throws Error(kInvalidText) for a blank text, where the reference
/// fails, unless `mode` is English.
std::vector<ReferencePiece> reference_pieces(const std::u32string& text, Mode mode,
                                             const LexiconFile& phrases, const Identify& identify);

/// LangSegmenter alone. `default_language`: "zh", "ja", "ko", or empty to find it out.
std::vector<ReferencePiece> reference_segments(const std::u32string& text,
                                               const std::string& default_language,
                                               const LexiconFile& phrases,
                                               const Identify& identify);

}  // namespace myna::text
