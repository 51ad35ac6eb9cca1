// The rules of standard Korean pronunciation: tensification, assimilation, aspiration, liaison and
// the simplification of final clusters, over conjoining jamo. They follow g2pk2 (after Kyubyong
// Park's g2pK), which the official weights were trained with.
#pragma once

#include <string>

namespace myna::text::ko {

/// `annotated`: Hangul with /P behind the stem of a verb or adjective, /E behind an ending and /B
/// behind a counter, where they matter (annotation.h). The result is in jamo, as pronounced,
/// without marks. `compat`: with the slips of g2pk2's table (늦은 is read 느슨).
std::u32string apply_sound_rules(const std::u32string& annotated, bool compat);

}  // namespace myna::text::ko
