// How many words a letter-to-sound network reads right that it did not learn from.
#pragma once

#include "base/json.h"
#include "models/letter_network.h"
#include "training/letter_data.h"

namespace myna::training {

/// Reads `words` as the product does (a beam of four). Shares of words right: "words" as the first
/// reading of the dictionary, stress included, "words_without_stress", "words_any_reading" as any
/// of its readings; "unseen_words": their number.
Json check_letters(const models::LetterNetwork& network, const std::vector<UnseenWord>& words);

}  // namespace myna::training
