// The text spread over time, for networks that are told how long each phone lasts: they read every
// phone as often as it has tokens, which makes them unable to skip, repeat or lose one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace myna::models {

/// Every phone as often as it lasts. `tokens`: the mean number of tokens of each of the phones
/// (DurationPredictor::tokens); fractions are carried over, so that the whole is as long as the
/// sum. A phone that lasts at least half a token on average is never left out.
std::vector<int64_t> spread_phones(std::span<const int64_t> phones, std::span<const float> tokens);

}  // namespace myna::models
