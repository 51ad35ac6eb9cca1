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

constexpr Language kLanguages[] = {Language::kZh, Language::kEn, Language::kJa, Language::kKo,
                                   Language::kYue};

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

std::string_view language_code(Language language) {
  switch (language) {
    case Language::kZh:
      return "zh";
    case Language::kEn:
      return "en";
    case Language::kJa:
      return "ja";
    case Language::kKo:
      return "ko";
    case Language::kYue:
      return "yue";
  }
  return "?";
}

std::string_view language_name(Language language) {
  switch (language) {
    case Language::kZh:
      return "Mandarin";
    case Language::kEn:
      return "English";
    case Language::kJa:
      return "Japanese";
    case Language::kKo:
      return "Korean";
    case Language::kYue:
      return "Cantonese";
  }
  return "?";
}

std::optional<Language> language_of_code(std::string_view code) {
  std::string plain;
  for (char c : code) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c;
  if (plain.rfind("zh-hk", 0) == 0 || plain.rfind("zh-yue", 0) == 0) return Language::kYue;
  plain.resize(std::min(plain.size(), plain.find_first_of("-_")));
  if (plain == "cmn") return Language::kZh;
  for (Language language : kLanguages) {
    if (plain == language_code(language)) return language;
  }
  return std::nullopt;
}

Mode mode_of(Language language) {
  switch (language) {
    case Language::kZh:
      return Mode::kZh;
    case Language::kEn:
      return Mode::kEn;
    case Language::kJa:
      return Mode::kJa;
    case Language::kKo:
      return Mode::kKo;
    case Language::kYue:
      return Mode::kYue;
  }
  return Mode::kAuto;
}

}  // namespace myna::text
