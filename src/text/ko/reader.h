// Korean for the front end.
#pragma once

#include <memory>

#include "text/reader.h"

namespace myna::text::ko {

/// Throws as LexiconFile when ko_*.lex cannot be opened.
std::unique_ptr<Reader> make_reader(const ReaderSetup& setup);

}  // namespace myna::text::ko
