#include "compute/cpu/kernels/packing.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "compute/cpu/kernels/packing.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace myna::compute::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;

constexpr int64_t kColumns = 16, kDepth = 32, kPairs = kDepth / 2;

// 32 depths of up to 16 columns, one column after the other.
template <typename T>
struct Block {
  HWY_ALIGN T values[kColumns][kDepth];
};

// To bf16 in the lower half of each lane.
HWY_INLINE hn::Vec<hn::Rebind<uint32_t, D>> rounded(D d, V v) {
  const hn::Rebind<uint32_t, D> d32;
  const auto bits = hn::BitCast(d32, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1));
  const auto near = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(d32, 0x7fff)), odd));
  const auto quiet = hn::Or(hn::ShiftRight<16>(bits), hn::Set(d32, 0x40));
  return hn::IfThenElse(hn::RebindMask(d32, hn::IsNaN(v)), quiet, near);
}

// `low` may be null.
HWY_INLINE void store_parts(D d, V v, uint16_t* high, uint16_t* low) {
  const hn::Rebind<uint16_t, D> d16;
  const auto bits = rounded(d, v);
  hn::StoreU(hn::TruncateTo(d16, bits), d16, high);
  if (!low) return;
  const V rest = hn::Sub(v, hn::BitCast(d, hn::ShiftLeft<16>(bits)));
  hn::StoreU(hn::TruncateTo(d16, rounded(d, rest)), d16, low);
}

// Columns of a block -> a tile: [pair][column] of two values.
HWY_INLINE void store_tile(const Block<uint16_t>& block, uint16_t* tile) {
  for (int64_t pair = 0; pair < kPairs; ++pair)
    for (int64_t c = 0; c < kColumns; ++c)
      std::memcpy(tile + (pair * kColumns + c) * 2, &block.values[c][2 * pair],
                  2 * sizeof(uint16_t));
}

void PackBf16(const float* w, int64_t columns, int64_t depth, int64_t column_step,
              int64_t depth_step, uint16_t* high, uint16_t* low) {
  const D d;
  Block<float> block;
  Block<uint16_t> high_block, low_block;
  std::memset(&block, 0, sizeof(block));
  for (int64_t first = 0; first < depth; first += kDepth) {
    const int64_t count = std::min(kDepth, depth - first);
    if (count < kDepth) std::memset(&block, 0, sizeof(block));
    for (int64_t c = 0; c < columns; ++c) {
      const float* from = w + c * column_step + first * depth_step;
      for (int64_t i = 0; i < count; ++i) block.values[c][i] = from[i * depth_step];
    }
    for (int64_t at = 0; at < kColumns * kDepth; at += int64_t(hn::Lanes(d)))
      store_parts(d, hn::Load(d, &block.values[0][0] + at), &high_block.values[0][0] + at,
                  low ? &low_block.values[0][0] + at : nullptr);
    store_tile(high_block, high + first * kColumns);
    if (low) store_tile(low_block, low + first * kColumns);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace myna::compute::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace myna::compute::cpu {

HWY_EXPORT(PackBf16);

void pack_bf16(const float* w, int64_t columns, int64_t depth, int64_t column_step,
               int64_t depth_step, uint16_t* high, uint16_t* low) {
  HWY_DYNAMIC_DISPATCH(PackBf16)(w, columns, depth, column_step, depth_step, high, low);
}

}  // namespace myna::compute::cpu
#endif
