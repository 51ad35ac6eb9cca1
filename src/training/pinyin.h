// Toned pinyin syllables <-> the (initial, final) symbols that Mandarin is written with in the
// official symbol tables. Recorded syllables come labelled in pinyin, and the synthetic Mandarin
// voice is fed pinyin, so that what it says agrees with the labels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace myna::training {

/// "zhuang1" -> {"zh", "uang1"}; "yu3" -> {"y", "v3"}; "an4" -> {"AA", "an4"}. ü is written v, uu
/// or (after j, q, x, y) u. Nothing when it is not a syllable with a tone of 1 to 5 or the symbols
/// do not exist.
std::optional<std::pair<std::string, std::string>> pinyin_to_symbols(std::string_view syllable);

/// The reverse: {"zh", "ir4"} -> "zhi4". Nothing when the pair is not a Mandarin syllable.
std::optional<std::string> symbols_to_pinyin(std::string_view initial, std::string_view final);

}  // namespace myna::training
