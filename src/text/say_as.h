// SSML's say-as: numbers, letters, dates and telephone numbers whose kind the author names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/script.h"

namespace myna::text {

/// The kind that an interpret-as value names ("cardinal", "spell-out", ...); nothing for others.
std::optional<SayAs> say_as_of(std::string_view name);
/// What say_as_of accepts, for messages.
std::string_view say_as_names();

/// Why `span.text` is not of the kind `span.say_as`; empty when it is.
std::string say_as_problem(const Span& span);

/// The span's text in words that the normaliser of `language` reads as the kind asks.
/// Other kinds of spans, and text that is not of its kind, come back as they are.
std::vector<Span> expand_say_as(const Span& span, Language language);

}  // namespace myna::text
