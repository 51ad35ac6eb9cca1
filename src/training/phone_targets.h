// Which phone symbols a recogniser can be asked to find.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace myna::training {

/// True for symbols of the v2 table that are spoken (not punctuation, pauses, padding or unknown).
bool is_spoken_phone(int32_t id);

/// The symbol of a full stop: what stands for an unknown text.
int32_t pause_phone();

/// The spoken phones in order.
std::vector<int32_t> spoken_phones(std::span<const int32_t> ids);

}  // namespace myna::training
