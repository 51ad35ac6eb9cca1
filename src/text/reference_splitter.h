// The first half of the reference's way to language runs: split-lang 2.1.1 cuts a text by classes
// of characters and phrases, names each by an identifier, and merges what is short or unknown.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text {

/// ISO codes of the likeliest languages of a text, best first: with `several` up to five of a
/// probability of 0.01 or more, otherwise the best alone.
using Identify = std::function<std::vector<std::string>(std::u32string_view text, bool several)>;

/// A piece of the text with its language: a code, "digit", "punctuation", "newline", or "x" for
/// unknown.
struct ReferencePiece {
  std::string language;
  std::u32string text;
};

/// `phrases`: language_phrases.lex. Throws Error(kInvalidText) for a blank text, where the
/// reference fails.
std::vector<ReferencePiece> split_as_split_lang(std::u32string_view text,
                                                const LexiconFile& phrases,
                                                const Identify& identify);

/// Python's str.isspace.
bool is_python_blank(char32_t c);

}  // namespace myna::text
