// Weights in the order in which products read them: panels of 16 output columns, in a panel the
// depths by pairs, of each pair the 16 columns side by side (panels.h, amx.h). Columns and depths
// that are missing to 16 and to a multiple of 32 become zeros. Numbers are rounded to nearest, ties
// to even. Thread-safe.
#pragma once

#include <cstdint>

namespace myna::compute::cpu {

/// One panel (up to 16 columns) of bf16 values: element (c, d) at w[c * column_step +
/// d * depth_step]. `low`, which may be null, gets what the rounding to bf16 left, in bf16.
void pack_bf16(const float* w, int64_t columns, int64_t depth, int64_t column_step,
               int64_t depth_step, uint16_t* high, uint16_t* low);

}  // namespace myna::compute::cpu
