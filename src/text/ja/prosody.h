// Words -> phones with marks of pitch: [ rises, ] falls, # parts accent phrases, _ is a pause. The
// marks are those of "Prosodic features control by symbols as input of sequence-to-sequence
// acoustic modeling for neural TTS" (Kurihara et al. 2021).
#pragma once

#include <string>
#include <vector>

#include "text/ja/words.h"

namespace myna::text::ja {

struct SpokenPhone {
  std::string symbol;
  size_t word = 0;  ///< index of the word it belongs to; never falls
};

std::vector<SpokenPhone> phones_of(const std::vector<JaWord>& words);

}  // namespace myna::text::ja
