#include "evaluation/benchmark.h"

#include <gtest/gtest.h>

#include <vector>

namespace myna::evaluation {
namespace {

TEST(PeakMemory, CanBeForgotten) {
  constexpr size_t kBytes = 200 << 20;
  {
    std::vector<char> large(kBytes);
    for (size_t i = 0; i < large.size(); i += 4096) large[i] = char(i);
    EXPECT_GT(large[kBytes / 4096 / 2 * 4096] + 1000, 0);  // the compiler has to keep it
  }
  const double before = peak_memory_mb();
  EXPECT_GT(before, 200);
  reset_peak_memory();
  EXPECT_LT(peak_memory_mb(), before - 150);
}

}  // namespace
}  // namespace myna::evaluation
