// Weight normalisation (Salimans & Kingma 2016) resolved into a plain weight.
#pragma once

#include <span>

#include "compute/backend.h"

namespace myna::compute {

/// w = g * v / ||v||, the norm taken over all axes but the first; a plain weight as it is. Throws
/// Error(kInternal) when neither is given.
HostTensor folded(const WeightParameter& weight);

/// Rows [begin, end) of the first axis of v so folded, at their place in `out`, which holds all of
/// them: for who shares the rows among threads. Throws as folded.
void fold_rows(const WeightParameter& weight, int64_t begin, int64_t end, std::span<float> out);

}  // namespace myna::compute
