// English for the front end.
#pragma once

#include <memory>

#include "text/reader.h"

namespace myna::text::en {

/// Throws as LexiconFile when en_*.lex cannot be opened.
std::unique_ptr<Reader> make_reader(const ReaderSetup& setup);

}  // namespace myna::text::en
