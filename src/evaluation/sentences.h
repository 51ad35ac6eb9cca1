// The fixed sentences that every evaluation reads. They are part of the measure: changing them
// makes earlier figures incomparable.
#pragma once

#include <span>

namespace myna::evaluation {

std::span<const char* const> english_sentences();   ///< 20
std::span<const char* const> mandarin_sentences();  ///< 20

}  // namespace myna::evaluation
