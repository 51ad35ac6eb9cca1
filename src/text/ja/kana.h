// Katakana moras and their phones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace myna::text::ja {

inline constexpr std::string_view kLong = "ー", kPause = "、", kUnvoiced = "’";

struct Mora {
  std::string_view kana;
  std::string consonant;  ///< may be empty
  std::string vowel;      ///< empty for N and cl, which are in `consonant`
  bool rare = false;      ///< Open JTalk reads it from a dictionary but not from kana
};

/// The longest mora that `text` starts with (the long mark is none); nullptr when there is none.
const Mora* find_mora(std::string_view text);

/// The kana that a hiragana or katakana text starts with, as one katakana mora (the long mark
/// included); `bytes` is its length in `text`. Empty when it starts with none.
std::string first_kana(std::string_view text, size_t* bytes);

/// Behind a mora of a written pronunciation: the pitch falls after it.
inline constexpr std::string_view kFall = "'";

/// "ふじさん", "ハ'シ" -> katakana moras and kFall; blanks are left out. Empty when there is
/// anything else, or no mora.
std::vector<std::string> written_moras(std::string_view text);

/// ハ -> バ, カ -> ガ ...; the text itself where its first kana has no voiced form.
std::string voiced(std::string_view text);
/// ハ -> パ ...
std::string semivoiced(std::string_view text);

}  // namespace myna::text::ja
