// Pronunciations as people write them: pinyin with tone digits or marks, ARPAbet with stress.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/script.h"
#include "text/symbols.h"
#include "text/zh/pinyin.h"

namespace myna::text {

/// Characters that a word with a pronunciation may have.
inline constexpr size_t kLongestPronouncedWord = 100;

/// "hang2", "ni3hao3", "nǐ hǎo", "W AH1 N" -> units whose symbols `table` has. Nothing when it is
/// no pronunciation; `problem` then says why and what to write.
std::optional<Pronunciation> find_pronunciation(std::string_view text, const zh::Pinyin& pinyin,
                                                const SymbolTable& table, std::string* problem);

/// Whether a bare bracket "[...]" with this content is meant as a pronunciation: ARPAbet with a
/// stressed vowel, or pinyin with a syllable of two letters or more. "[B]" and "[a1]" are not.
bool is_bare_pronunciation(const Pronunciation& pronunciation);

/// Why `pronunciation` cannot be that of `word` (Han characters and syllables differ in number);
/// empty when it can.
std::string misfit(std::u32string_view word, const Pronunciation& pronunciation);

}  // namespace myna::text
