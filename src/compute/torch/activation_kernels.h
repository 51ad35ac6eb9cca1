// Activation functions and their gradients over flat f32 arrays, compiled for several instruction
// sets. Those that libtorch computes slowly on a processor; right to about 3e-7 absolutely.
#pragma once

#include <cstdint>

namespace myna::compute::kernels {

enum class Curve { kGelu, kGeluTanh, kSilu, kMish, kTanh };

void activate(Curve curve, int64_t n, const float* x, float* y);
/// dx = dy * f'(x)
void activate_dx(Curve curve, int64_t n, const float* x, const float* dy, float* dx);

}  // namespace myna::compute::kernels
