// How long phones last, for text-to-semantic models that are told so: such a model reads every
// phone as often as it has tokens, which makes it unable to skip, repeat or lose one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace myna::models {

/// Every phone as often as it lasts: `tokens_per_phone[id]` is the mean number of tokens of symbol
/// `id`; fractions are carried over, so that the whole is as long as the sum. A symbol that lasts
/// at least half a token on average is never left out. Ids must be inside the table.
std::vector<int64_t> spread_phones(std::span<const int64_t> phones,
                                   std::span<const float> tokens_per_phone);

}  // namespace myna::models
