// Latin letters beside numbers that a Chinese reader says in Chinese: units, currencies, am and pm.
#pragma once

#include <cstddef>
#include <string_view>

namespace myna::text {

enum class LetterUse {
  kNone,
  kUnit,      ///< 5kg, 30°C, 35μg, 3pm, 20元/kg
  kSign,      ///< 10x15, No.1
  kCurrency,  ///< 500USD, RMB 500, 30万USD
};

struct NumberLetters {
  size_t begin = 0, end = 0;  ///< the word, the μ before it and the ² behind it included
  LetterUse use = LetterUse::kNone;
};

/// The Latin word of `text` that begins at `at`, and what it is to the numbers beside it.
NumberLetters number_letters(std::u32string_view text, size_t at);

}  // namespace myna::text
