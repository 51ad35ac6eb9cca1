// The words of say-as: how each language says a number, a date or a sign whose kind is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "text/language.h"

namespace myna::text {

struct SaidNumber {
  bool negative = false, fraction = false;
  std::string digits;  ///< 0-9, with the point where it is a fraction
};

struct SaidDate {
  int year = 0, month = 0, day = 0;  ///< 0: not given
};

/// Text that the normaliser of `language` reads as the number; numbers of a hundred digits work.
std::string cardinal_words(const SaidNumber& number, Language language);
std::string ordinal_words(const SaidNumber& number, Language language);
std::string date_words(const SaidDate& date, Language language);
/// Groups of digits with short pauses between them; a group "+" may be the first.
std::string telephone_words(const std::vector<std::string>& groups, Language language);
/// '0' to '9' by its name.
std::string digit_name(char digit, Language language);
/// The name of a sign as people dictate it; nothing for others.
std::optional<std::string> sign_name(char32_t sign, Language language);

}  // namespace myna::text
