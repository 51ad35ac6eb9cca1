#include "text/ssml_values.h"

#include <algorithm>
#include <array>

#include "text/markup.h"

namespace myna::text {
namespace {

struct NamedValue {
  const char* name;
  double value;
};
constexpr NamedValue kRates[] = {{"x-slow", 0.5}, {"slow", 0.75},  {"medium", 1},
                                 {"fast", 1.25},  {"x-fast", 1.5}, {"default", 1}};
constexpr NamedValue kBreaks[] = {{"none", 0},      {"x-weak", 0.1}, {"weak", 0.2},
                                  {"medium", 0.35}, {"strong", 0.6}, {"x-strong", 1}};
/// Elements of the standard that change nothing here; their text is read.
constexpr std::array<std::string_view, 8> kReadThrough = {"emphasis", "voice", "mark", "w",
                                                          "token",    "audio", "desc", "metadata"};

template <size_t n>
std::optional<double> value_of(const NamedValue (&table)[n], const std::string& name) {
  for (const NamedValue& entry : table) {
    if (name == entry.name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> ssml_rate(const std::string& text) {
  if (const auto named = value_of(kRates, text)) return named;
  if (text.empty() || text.back() != '%') return decimal_of(text);
  const bool relative = text[0] == '+' || text[0] == '-';
  const auto percent =
      decimal_of(std::string_view(text).substr(relative, text.size() - 1 - relative));
  if (!percent) return std::nullopt;
  if (!relative) return *percent / 100;
  return 1 + (text[0] == '-' ? -*percent : *percent) / 100;
}

std::optional<double> ssml_break(const std::string& strength) {
  return value_of(kBreaks, strength);
}

std::optional<Language> alphabet_language(std::string_view name) {
  if (name.substr(0, 2) == "x-") name.remove_prefix(2);
  if (name == "pinyin") return Language::kZh;
  if (name == "jyutping") return Language::kYue;
  if (name == "arpabet" || name == "cmu") return Language::kEn;
  if (name == "kana") return Language::kJa;
  if (name == "hangul") return Language::kKo;
  return std::nullopt;
}

bool is_read_through(std::string_view element) {
  return std::find(kReadThrough.begin(), kReadThrough.end(), element) != kReadThrough.end();
}

}  // namespace myna::text
