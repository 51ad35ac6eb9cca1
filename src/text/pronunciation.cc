#include "text/pronunciation.h"

#include <algorithm>
#include <mutex>

#include "text/ja/kana.h"
#include "text/ko/hangul.h"
#include "text/symbols.h"
#include "text/unicode.h"
#include "text/yue/jyutping.h"
#include "text/zh/pinyin.h"

namespace myna::text {
namespace {

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

bool is_jyutping(std::string_view unit, const SymbolTable& table) {
  if (unit.size() < 2 || unit.back() < '1' || unit.back() > '6') return false;
  const auto phones = yue::phones_of(unit);
  return phones && table.contains((*phones)[0]) && table.contains((*phones)[1]);
}

/// Hangul syllables, blanks left out; nothing when there is anything else.
std::vector<std::string> hangul_units(std::string_view written) {
  std::vector<std::string> out;
  for (char32_t c : decode_utf8(written)) {
    if (c == ' ') continue;
    if (!ko::is_syllable(c)) return {};
    out.push_back(encode_utf8(c));
  }
  return out;
}

std::string problem_of(const std::string& first, const std::string& bad_syllable,
                       const std::string& bad_phone, bool cantonese) {
  const bool upper = first[0] >= 'A' && first[0] <= 'Z';
  if (upper) {
    return "'" + bad_phone +
           "' is no ARPAbet phone; write phones like W AH1 N, vowels with the stress 0, 1 or 2";
  }
  if (cantonese) {
    return "'" + bad_syllable +
           "' is no jyutping syllable; write syllables with the tone 1 to 6, like hang4, or "
           "ARPAbet "
           "like W AH1 N";
  }
  return "'" + bad_syllable +
         "' is no pinyin syllable; write syllables with the tone 1 to 5, like hang2, or ARPAbet "
         "like W AH1 N";
}

}  // namespace

struct Notations::Impl {
  std::filesystem::path lexicon_dir;
  SymbolSet symbols;
  const SymbolTable& table;
  mutable std::once_flag loaded;
  mutable std::unique_ptr<LexiconFile> file;
  mutable std::unique_ptr<zh::Pinyin> pinyin;

  Impl(std::filesystem::path dir, SymbolSet set)
      : lexicon_dir(std::move(dir)), symbols(set), table(SymbolTable::of(set)) {}

  std::optional<std::string> pinyin_unit(const std::string& written) const {
    std::call_once(loaded, [&] {
      file = std::make_unique<LexiconFile>(lexicon_dir / "zh_pinyin.lex");
      pinyin = std::make_unique<zh::Pinyin>(*file);
    });
    const std::string unit = with_tone_digit(written);
    const zh::Syllable syllable = pinyin->parse(unit);
    if (syllable.id == zh::Syllable::kNone) return std::nullopt;
    if (!table.contains(pinyin->initial(syllable)) || !table.contains(pinyin->final(syllable)))
      return std::nullopt;
    return unit;
  }
};

Notations::Notations(std::filesystem::path lexicon_dir, SymbolSet symbols)
    : impl_(std::make_unique<Impl>(std::move(lexicon_dir), symbols)) {}

Notations::~Notations() = default;

std::optional<Pronunciation> Notations::find(std::string_view written,
                                             std::optional<Language> language,
                                             std::string* problem) const {
  const std::vector<std::string> units = units_of(written);
  if (units.empty()) {
    if (problem != nullptr)
      *problem = "the pronunciation is empty; write one like hang2 or W AH1 N";
    return std::nullopt;
  }
  Pronunciation ja{Language::kJa, ja::written_moras(written)};
  if (!ja.units.empty()) return ja;
  if (impl_->symbols == SymbolSet::kV2) {
    Pronunciation ko{Language::kKo, hangul_units(written)};
    if (!ko.units.empty()) return ko;
  }
  const bool cantonese = language == Language::kYue;
  Pronunciation syllables{cantonese ? Language::kYue : Language::kZh, {}}, en{Language::kEn, {}};
  std::string bad_syllable, bad_phone;
  for (const std::string& unit : units) {
    const auto syllable = !cantonese                        ? impl_->pinyin_unit(unit)
                          : is_jyutping(unit, impl_->table) ? std::optional(unit)
                                                            : std::nullopt;
    if (syllable) {
      syllables.units.push_back(*syllable);
    } else if (bad_syllable.empty()) {
      bad_syllable = unit;
    }
    if (is_english_symbol(unit)) {
      en.units.push_back(unit);
    } else if (bad_phone.empty()) {
      bad_phone = unit;
    }
  }
  if (bad_syllable.empty()) return syllables;
  if (bad_phone.empty()) return en;
  if (problem != nullptr) *problem = problem_of(units.front(), bad_syllable, bad_phone, cantonese);
  return std::nullopt;
}

bool is_bare_pronunciation(const Pronunciation& pronunciation) {
  const auto& units = pronunciation.units;
  if (pronunciation.language == Language::kKo || pronunciation.language == Language::kJa)
    return false;
  if (pronunciation.language == Language::kEn) {
    return std::any_of(units.begin(), units.end(), [](const std::string& u) {
      return is_english_symbol(u) && u.size() == 3;  // a vowel with its stress
    });
  }
  return std::any_of(units.begin(), units.end(), [](const std::string& u) { return u.size() > 2; });
}

std::string misfit(std::u32string_view word, const Pronunciation& pronunciation) {
  if (pronunciation.language != Language::kZh && pronunciation.language != Language::kYue)
    return {};
  const auto characters = static_cast<size_t>(std::count_if(word.begin(), word.end(), is_han));
  const bool all = characters > 0 && characters == word.size();
  if (!all || characters == pronunciation.units.size()) return {};
  return "'" + encode_utf8(word) + "' has " + std::to_string(characters) +
         (characters == 1 ? " character" : " characters") + " but " +
         std::to_string(pronunciation.units.size()) +
         " syllables are given; give one for each character";
}

}  // namespace myna::text
