#include "models/ctc_path.h"

#include <gtest/gtest.h>

#include <cmath>

namespace myna::models {
namespace {

TEST(CtcPath, GreedyMergesRepeatsAndDropsBlanks) {
  const std::vector<size_t> best = {3, 0, 0, 3, 0, 1, 1, 3};
  std::vector<float> scores(best.size() * 4, 0.0f);
  for (size_t t = 0; t < best.size(); ++t) scores[t * 4 + best[t]] = 5;
  EXPECT_EQ(ctc_greedy(scores, 4, 3), (std::vector<int32_t>{0, 0, 1}));
}

TEST(CtcPath, EqualNeighboursNeedABlankBetween) {
  EXPECT_EQ(ctc_frames_needed(std::vector<int32_t>{}), 0);
  EXPECT_EQ(ctc_frames_needed(std::vector<int32_t>{1, 2, 2, 2, 1}), 7);
}

TEST(CtcPath, RowsBecomeLogProbabilities) {
  std::vector<float> rows = {0.0f, std::log(3.0f), 100.0f, 100.0f};
  log_softmax_rows(rows, 2);
  EXPECT_NEAR(rows[0], std::log(0.25f), 1e-6);
  EXPECT_NEAR(rows[1], std::log(0.75f), 1e-6);
  EXPECT_NEAR(rows[2], std::log(0.5f), 1e-6);
}

}  // namespace
}  // namespace myna::models
