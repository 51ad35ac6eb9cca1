// A subset of SSML 1.1: speak, p, s, break, say-as, phoneme, lang, prosody (rate), sub. Other
// elements of the standard are read through and noted; unknown ones are errors.
#pragma once

#include <memory>

#include "text/text_reader.h"

namespace myna::text {

/// Errors are Error(kInvalidText) with line and column. No document type, no entities but the five
/// of XML and character references, at most 16 MiB and 64 levels. `frontend` checks pronunciations;
/// it must outlive the reader.
std::unique_ptr<TextReader> make_ssml_reader(const Frontend& frontend, TextReader::Emit emit);

}  // namespace myna::text
