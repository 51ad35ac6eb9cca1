// Cantonese for the front end.
#pragma once

#include <memory>

#include "text/reader.h"

namespace myna::text::yue {

/// Throws as LexiconFile when yue_words.lex or zh_rules.lex cannot be opened. In compat mode its
/// reader throws Error(kInvalidText) for a character without a reading, as the reference fails.
std::unique_ptr<Reader> make_reader(const ReaderSetup& setup);

}  // namespace myna::text::yue
