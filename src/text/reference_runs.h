// Language runs exactly as the reference finds them, for compat mode: what split-lang gives
// (reference_splitter.h), with GPT-SoVITS's LangSegmenter and its modes on top. Kana and Hangul are
// carved out of other pieces, digits and unknown pieces go to a neighbour.
#pragma once

#include <string>
#include <vector>

#include "text/language.h"
#include "text/lexicon_file.h"
#include "text/reference_splitter.h"

namespace myna::text {

/// The pieces that the front ends are given, each with a language or as "punctuation". They may
/// lack characters that the reference loses. `phrases`: language_phrases.lex. Throws
/// Error(kInvalidText) for a blank text, where the reference fails, unless `mode` is English.
std::vector<ReferencePiece> reference_pieces(const std::u32string& text, Mode mode,
                                             const LexiconFile& phrases, const Identify& identify);

/// LangSegmenter alone. `default_language`: "zh", "ja", "ko", or empty to find it out.
std::vector<ReferencePiece> reference_segments(const std::u32string& text,
                                               const std::string& default_language,
                                               const LexiconFile& phrases,
                                               const Identify& identify);

}  // namespace myna::text
