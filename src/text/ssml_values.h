// What the values of SSML's attributes and the names of its elements mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/language.h"

namespace myna::text {

/// "80%", "+20%", "1.2", "slow" -> factor; nothing for what is no rate.
std::optional<double> ssml_rate(const std::string& text);
/// "medium" -> seconds of silence; nothing for a name that the standard does not have.
std::optional<double> ssml_break(const std::string& strength);
/// The language whose pronunciations an alphabet of <phoneme> writes; nothing for others.
std::optional<Language> alphabet_language(std::string_view name);
/// Elements of the standard that change nothing here; their text is read.
bool is_read_through(std::string_view element);

}  // namespace myna::text
