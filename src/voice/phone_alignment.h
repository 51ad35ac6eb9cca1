// Which phone of a transcript each frame of a recording says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace myna::voice {

/// Forced alignment of `phones` (v2 symbol ids, punctuation kept) with the output of a phone
/// recogniser: log_probs [frames, classes] row-major, classes the symbol ids and `blank`. Returns
/// per frame an index into `phones`, never decreasing.
///
/// Spoken phones lie on the most likely CTC path. Blank frames between two of them are shared in
/// halves; where punctuation stands between them or at an end, the neighbours keep one frame each
/// and the rest is the punctuation's (so short gaps leave it none).
///
/// Empty when nothing is spoken, when the frames are too few, or when the path's log probability is
/// below `least` per spoken phone: then the transcript is hardly what is said. (Per phone, for the
/// pauses of slow speech tell nothing.)
std::vector<uint16_t> align_phones(const float* log_probs, int64_t frames, int64_t classes,
                                   std::span<const int32_t> phones, int32_t blank, double least);

}  // namespace myna::voice
