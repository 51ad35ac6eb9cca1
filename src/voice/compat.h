// Whether a voice with official weights is used as Myna thinks right or as the published
// implementation does, faults included. docs/compatibility.md lists the differences.
#pragma once

namespace myna::voice {

enum class Compat { kNone, kReference };

}  // namespace myna::voice
