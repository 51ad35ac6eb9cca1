// Languages and the modes of finding them.
#pragma once

#include <optional>
#include <string_view>

namespace myna::text {

enum class Language { kZh, kEn, kJa, kKo, kYue };
inline constexpr int kLanguageCount = 5;

/// How language runs are found. kAuto detects every language; kZh ... mean "that language plus
/// English"; kAllZh ... read everything as that language (English-only runs stay English).
enum class Mode { kAuto, kAutoYue, kZh, kEn, kJa, kKo, kYue, kAllZh, kAllJa, kAllKo, kAllYue };

/// Parses "auto", "zh", "all_zh", ...; throws Error(kUsage) naming the accepted words.
Mode parse_mode(std::string_view name);
/// "zh", "en", "ja", "ko" or "yue".
std::string_view language_code(Language language);
/// "Mandarin", "English", "Japanese", "Korean" or "Cantonese".
std::string_view language_name(Language language);
/// The language of a code; region and script after a hyphen do not matter ("zh-CN", "en-GB"),
/// "zh-HK" and "yue" are Cantonese. Nothing for others.
std::optional<Language> language_of_code(std::string_view code);
/// The mode that reads a text of this language.
Mode mode_of(Language language);

}  // namespace myna::text
