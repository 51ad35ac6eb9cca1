#include "training/pinyin.h"

#include <array>

#include "text/symbols.h"

namespace myna::training {
namespace {

constexpr std::array<std::string_view, 23> kInitials = {"zh", "ch", "sh", "b", "p", "m", "f", "d",
                                                        "t",  "n",  "l",  "g", "k", "h", "j", "q",
                                                        "x",  "r",  "z",  "c", "s", "y", "w"};

std::string_view initial_of(std::string_view syllable) {
  for (const auto initial : kInitials) {
    if (syllable.starts_with(initial)) return initial;
  }
  return {};
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  for (const auto item : list) {
    if (text == item) return true;
  }
  return false;
}

/// The symbols of a vowel-initial syllable begin with a symbol of their own.
std::string_view zero_initial(char vowel) {
  switch (vowel) {
    case 'a':
      return "AA";
    case 'e':
      return "EE";
    case 'o':
      return "OO";
    default:
      return {};
  }
}

bool writes_u_for_v(std::string_view initial) { return is_one_of(initial, {"j", "q", "x", "y"}); }
bool retroflex(std::string_view initial) { return is_one_of(initial, {"zh", "ch", "sh", "r"}); }
bool sibilant(std::string_view initial) { return is_one_of(initial, {"z", "c", "s"}); }

}  // namespace

std::optional<std::pair<std::string, std::string>> pinyin_to_symbols(std::string_view syllable) {
  if (syllable.size() < 2 || syllable.back() < '1' || syllable.back() > '5') return std::nullopt;
  const char tone = syllable.back();
  syllable.remove_suffix(1);
  std::string initial(initial_of(syllable));
  std::string final(syllable.substr(initial.size()));
  if (final.empty()) return std::nullopt;
  if (const size_t doubled = final.find("uu"); doubled != std::string::npos) {
    final.replace(doubled, 2, "v");
  }
  if (initial.empty()) initial = zero_initial(final[0]);
  if (writes_u_for_v(initial) && is_one_of(final, {"u", "uan", "ue", "un"})) final[0] = 'v';
  if (initial == "y" && final == "an") final = "En";
  if (initial == "y" && final == "e") final = "E";
  if (final == "i" && retroflex(initial)) final = "ir";
  if (final == "i" && sibilant(initial)) final = "i0";
  if (final[0] == 'v' && !writes_u_for_v(initial) && !is_one_of(initial, {"n", "l"})) {
    return std::nullopt;
  }
  final += tone;
  const auto& symbols = text::SymbolTable::of(text::SymbolSet::kV2);
  if (!symbols.contains(initial) || !symbols.contains(final)) return std::nullopt;
  return std::pair{initial, final};
}

std::optional<std::string> symbols_to_pinyin(std::string_view initial, std::string_view final) {
  if (final.size() < 2 || final.back() < '1' || final.back() > '5') return std::nullopt;
  const char tone = final.back();
  std::string rest(final.substr(0, final.size() - 1));
  const bool zero = is_one_of(initial, {"AA", "EE", "OO"});
  if (!zero && initial_of(initial) != initial) return std::nullopt;
  if (rest == "En") rest = "an";
  if (rest == "E") rest = "e";
  if (rest == "ir" || rest == "i0") rest = "i";
  if (writes_u_for_v(initial) && rest[0] == 'v') rest[0] = 'u';
  std::string syllable = (zero ? std::string() : std::string(initial)) + rest + tone;
  const auto back = pinyin_to_symbols(syllable);
  if (!back || back->first != initial || back->second != final) return std::nullopt;
  return syllable;
}

}  // namespace myna::training
