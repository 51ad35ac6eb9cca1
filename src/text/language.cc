#include "text/language.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace myna::text {
namespace {

struct ModeName {
  const char* name;
  Mode mode;
};
constexpr ModeName kModes[] = {{"auto", Mode::kAuto},     {"auto_yue", Mode::kAutoYue},
                               {"zh", Mode::kZh},         {"en", Mode::kEn},
                               {"ja", Mode::kJa},         {"ko", Mode::kKo},
                               {"yue", Mode::kYue},       {"all_zh", Mode::kAllZh},
                               {"all_ja", Mode::kAllJa},  {"all_ko", Mode::kAllKo},
                               {"all_yue", Mode::kAllYue}};

struct LanguageName {
  Language language;
  std::string_view code, name;
  Mode mode;  ///< that reads a text of it
};
constexpr LanguageName kLanguages[] = {{Language::kZh, "zh", "Mandarin", Mode::kZh},
                                       {Language::kEn, "en", "English", Mode::kEn},
                                       {Language::kJa, "ja", "Japanese", Mode::kJa},
                                       {Language::kKo, "ko", "Korean", Mode::kKo},
                                       {Language::kYue, "yue", "Cantonese", Mode::kYue}};

const LanguageName& names_of(Language language) {
  return *std::find_if(std::begin(kLanguages), std::end(kLanguages),
                       [&](const LanguageName& entry) { return entry.language == language; });
}

}  // namespace

Mode parse_mode(std::string_view name) {
  std::string accepted;
  for (const ModeName& m : kModes) {
    if (name == m.name) return m.mode;
    accepted += (accepted.empty() ? "" : ", ") + std::string(m.name);
  }
  throw Error(ErrorCode::kUsage,
              "unknown language mode '" + std::string(name) + "'; use one of " + accepted,
              "language");
}

std::string_view language_code(Language language) { return names_of(language).code; }

std::string_view language_name(Language language) { return names_of(language).name; }

std::optional<Language> language_of_code(std::string_view code) {
  std::string plain;
  for (char c : code) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
  if (plain.rfind("zh-hk", 0) == 0 || plain.rfind("zh-yue", 0) == 0) return Language::kYue;
  plain.resize(std::min(plain.size(), plain.find_first_of("-_")));
  if (plain == "cmn") return Language::kZh;
  for (const LanguageName& entry : kLanguages) {
    if (plain == entry.code) return entry.language;
  }
  return std::nullopt;
}

Mode mode_of(Language language) { return names_of(language).mode; }

}  // namespace myna::text
