// Cuts a sentence into runs of one language by script, with the context that numbers, marks and
// ambiguous scripts need.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "text/language.h"

namespace myna::text {

struct RawRun {
  Language language;
  std::u32string text;
};

/// The runs, joined, give `text` back. Numbers and marks go to the run they stand in; a number with
/// a letter unit ("5kg") stays with Han text around it.
/// `forced`: empty, or per character a language that is not to be guessed.
std::vector<RawRun> split_languages(const std::u32string& text, Mode mode,
                                    const std::vector<std::optional<Language>>& forced = {});

}  // namespace myna::text
