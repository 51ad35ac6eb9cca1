#include "text/pronunciation.h"

#include <algorithm>
#include <array>

#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr std::array<std::string_view, 15> kVowels = {
    "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"};
constexpr std::array<std::string_view, 24> kConsonants = {
    "B",  "CH", "D", "DH", "F",  "G", "HH", "JH", "K", "L", "M", "N",
    "NG", "P",  "R", "S",  "SH", "T", "TH", "V",  "W", "Y", "Z", "ZH"};

bool is_vowel(std::string_view unit) {
  return unit.size() == 3 && unit[2] >= '0' && unit[2] <= '2' &&
         std::find(kVowels.begin(), kVowels.end(), unit.substr(0, 2)) != kVowels.end();
}

bool is_arpabet(std::string_view unit) {
  return is_vowel(unit) ||
         std::find(kConsonants.begin(), kConsonants.end(), unit) != kConsonants.end();
}

/// Blanks part units; so does the end of a tone or stress digit.
std::vector<std::string> units_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n') {
      out.emplace_back();
      continue;
    }
    const bool after_digit = !out.back().empty() && out.back().back() >= '0' &&
                             out.back().back() <= '9' && !(c >= '0' && c <= '9');
    if (after_digit) out.emplace_back();
    out.back() += c;
  }
  out.erase(std::remove(out.begin(), out.end(), std::string()), out.end());
  return out;
}

/// "háng" -> "hang2", "lǜ" -> "lv4"; others as they are.
std::string with_tone_digit(const std::string& unit) {
  if (std::all_of(unit.begin(), unit.end(), [](char c) { return (c & 0x80) == 0; })) return unit;
  std::string out;
  char tone = 0;
  for (char32_t c : decompose(decode_utf8(unit))) {
    switch (c) {
      case 0x304:
        tone = '1';
        break;
      case 0x301:
        tone = '2';
        break;
      case 0x30C:
        tone = '3';
        break;
      case 0x300:
        tone = '4';
        break;
      case 0x308:
        if (!out.empty() && out.back() == 'u') out.back() = 'v';
        break;
      default:
        if (c >= 0x80) return unit;
        out += static_cast<char>(c);
    }
  }
  return tone == 0 ? out : out + tone;
}

std::optional<std::string> pinyin_unit(const std::string& written, const zh::Pinyin& pinyin,
                                       const SymbolTable& table) {
  const std::string unit = with_tone_digit(written);
  const zh::Syllable syllable = pinyin.parse(unit);
  if (syllable.id == zh::Syllable::kNone) return std::nullopt;
  if (!table.contains(pinyin.initial(syllable)) || !table.contains(pinyin.final(syllable)))
    return std::nullopt;
  return unit;
}

}  // namespace

std::optional<Pronunciation> find_pronunciation(std::string_view text, const zh::Pinyin& pinyin,
                                                const SymbolTable& table, std::string* problem) {
  const std::vector<std::string> units = units_of(text);
  if (units.empty()) {
    if (problem != nullptr)
      *problem = "the pronunciation is empty; write one like hang2 or W AH1 N";
    return std::nullopt;
  }
  Pronunciation zh{Language::kZh, {}}, en{Language::kEn, {}};
  std::string bad_zh, bad_en;
  for (const std::string& unit : units) {
    const auto syllable = pinyin_unit(unit, pinyin, table);
    if (syllable) {
      zh.units.push_back(*syllable);
    } else if (bad_zh.empty()) {
      bad_zh = unit;
    }
    if (is_arpabet(unit)) {
      en.units.push_back(unit);
    } else if (bad_en.empty()) {
      bad_en = unit;
    }
  }
  if (bad_zh.empty()) return zh;
  if (bad_en.empty()) return en;
  if (problem != nullptr) {
    const char first = units.front()[0];
    const bool upper = first >= 'A' && first <= 'Z';
    *problem = upper ? "'" + bad_en +
                           "' is no ARPAbet phone; write phones like W AH1 N, vowels with the "
                           "stress 0, 1 or 2"
                     : "'" + bad_zh +
                           "' is no pinyin syllable; write syllables with the tone 1 to 5, like "
                           "hang2, or ARPAbet like W AH1 N";
  }
  return std::nullopt;
}

bool is_bare_pronunciation(const Pronunciation& pronunciation) {
  const auto& units = pronunciation.units;
  if (pronunciation.language == Language::kEn) {
    return std::any_of(units.begin(), units.end(),
                       [](const std::string& u) { return is_vowel(u); });
  }
  return std::any_of(units.begin(), units.end(), [](const std::string& u) { return u.size() > 2; });
}

std::string misfit(std::u32string_view word, const Pronunciation& pronunciation) {
  if (pronunciation.language != Language::kZh) return {};
  const auto characters = static_cast<size_t>(std::count_if(word.begin(), word.end(), is_han));
  const bool all = characters > 0 && characters == word.size();
  if (!all || characters == pronunciation.units.size()) return {};
  return "'" + encode_utf8(word) + "' has " + std::to_string(characters) +
         (characters == 1 ? " character" : " characters") + " but " +
         std::to_string(pronunciation.units.size()) +
         " syllables are given; give one for each character";
}

}  // namespace myna::text
