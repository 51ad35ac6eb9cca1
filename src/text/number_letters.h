// Latin letters beside numbers that a reader says in the language of the text: units everywhere;
// currencies, am and pm in Chinese; whose dollar it is in Cantonese; bytes and bits a second
// in Japanese and Korean.
#pragma once

#include <cstddef>
#include <string_view>

namespace myna::text {

enum class LetterUse {
  kNone,
  kUnit,      ///< 5kg, 30°C, 35μg, 3pm, 20元/kg
  kSign,      ///< 10x15, No.1
  kCurrency,  ///< 500USD, RMB 500, 30万USD
  kData,      ///< 8GB, 100Mbps, 5000mAh
  kDollar,    ///< HK$500, US$100
};

struct NumberLetters {
  size_t begin = 0, end = 0;  ///< the word, the μ before it and the ² behind it included
  LetterUse use = LetterUse::kNone;
};

/// The Latin word of `text` that begins at `at`, and what it is to the numbers beside it.
NumberLetters number_letters(std::u32string_view text, size_t at);

}  // namespace myna::text
