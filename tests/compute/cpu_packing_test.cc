// How weights lie in panels, by the description in kernels/packing.h.
#include "compute/cpu/kernels/packing.h"

#include "compute/compute_support.h"

namespace myna::compute::testing {
namespace {

using cpu::pack_bf16;

int64_t place(int64_t column, int64_t depth) { return depth / 2 * 32 + column * 2 + depth % 2; }

struct Case {
  int64_t columns, depth, kernel;
};
const std::vector<Case> kCases = {{16, 64, 1}, {5, 37, 3}, {1, 1, 1}, {16, 31, 11}, {3, 33, 1}};

TEST(CpuPacking, PanelsHoldBf16AndItsRest) {
  for (const auto& [columns, depth, kernel] : kCases) {
    const std::vector<float> w = draw(columns * depth * kernel, 5);
    const int64_t padded = (depth + 31) / 32 * 32, tap = kernel - 1;
    std::vector<uint16_t> high(size_t(16 * padded), 0xffff), low(high), alone(high);
    pack_bf16(w.data() + tap, columns, depth, depth * kernel, kernel, high.data(), low.data());
    pack_bf16(w.data() + tap, columns, depth, depth * kernel, kernel, alone.data(), nullptr);
    EXPECT_EQ(high, alone);
    for (int64_t c = 0; c < 16; ++c)
      for (int64_t d = 0; d < padded; ++d) {
        const bool inside = c < columns && d < depth;
        const float v = inside ? w[size_t((c * depth + d) * kernel + tap)] : 0.0f;
        const uint16_t near = tensor::float_to_bfloat16(v);
        const size_t at = size_t(place(c, d));
        ASSERT_EQ(high[at], near) << c << " " << d;
        ASSERT_EQ(low[at], tensor::float_to_bfloat16(v - tensor::bfloat16_to_float(near)));
      }
  }
}

}  // namespace
}  // namespace myna::compute::testing
