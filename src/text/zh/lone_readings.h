// Lone characters with several readings: which one, by the part of speech and the words beside it.
// Own rules, for Myna's own reading only.
#pragma once

#include "text/zh/segmenter.h"

namespace myna::text::zh {

/// Pinyin with a tone digit ("chang2") of a word of one character, or null where its usual reading
/// stands. `before` and `after` are the words around it or null.
const char* lone_reading(const TaggedWord& word, const TaggedWord* before, const TaggedWord* after);

}  // namespace myna::text::zh
