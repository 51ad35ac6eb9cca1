// Weight normalisation (Salimans & Kingma 2016) resolved into a plain weight.
#pragma once

#include "compute/backend.h"

namespace myna::compute {

/// w = g * v / ||v||, the norm taken over all axes but the first; a plain weight as it is. Throws
/// Error(kInternal) when neither is given.
HostTensor folded(const WeightParameter& weight);

}  // namespace myna::compute
