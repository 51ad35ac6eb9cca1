#include "models/sampling.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/error.h"
#include "models/golden_support.h"

namespace myna::models {
namespace {

using myna::testing::golden_group;
using myna::testing::GoldenGenerator;

constexpr size_t kVocabulary = 1025;

std::vector<float> golden_logits() {
  std::vector<float> logits = GoldenGenerator("input.t2s.logits").floats(2 * kVocabulary, 0, 6.0);
  for (float& x : logits) x = x * std::fabs(x) / 6.0f;
  return logits;
}

std::vector<int64_t> golden_previous() {
  std::vector<int64_t> previous = GoldenGenerator("input.t2s.prev").integers(48, 0, 1024);
  for (size_t row = 0; row < 2; ++row) {
    for (size_t i = 0; i < 8; ++i) previous[row * 24 + 16 + i] = previous[row * 24 + i];
  }
  return previous;
}

std::vector<float> golden_probabilities(const SamplingOptions& options) {
  std::vector<float> logits = golden_logits(), all;
  const std::vector<int64_t> previous = golden_previous();
  for (size_t row = 0; row < 2; ++row) {
    const std::span<float> one(logits.data() + row * kVocabulary, kVocabulary);
    penalise_repetition(one, std::span(previous).subspan(row * 24, 24), options.repetition_penalty);
    const auto probabilities = filtered_probabilities(one, options);
    all.insert(all.end(), probabilities.begin(), probabilities.end());
  }
  return all;
}

SamplingOptions off() {
  SamplingOptions options;
  options.top_k = 0;
  options.repetition_penalty = 1.0f;
  return options;
}

SamplingOptions all_steps() {
  SamplingOptions options = off();
  options.top_k = 20, options.top_p = 0.85f, options.temperature = 0.8f;
  options.repetition_penalty = 1.35f;
  return options;
}

TEST(Sampling, MatchesTheReferenceVectors) {
  MYNA_REQUIRE_GROUP("t2s_small");
  const auto golden = golden_group("t2s_small");
  std::map<std::string, SamplingOptions> cases;
  cases["plain"] = off();
  cases["rp"] = off(), cases["rp"].repetition_penalty = 1.35f;
  cases["temp0"] = off(), cases["temp0"].temperature = 0, cases["temp0"].top_k = 5;
  cases["temp0.6"] = off(), cases["temp0.6"].temperature = 0.6f;
  cases["topk1"] = off(), cases["topk1"].top_k = 1;
  cases["topk15"] = off(), cases["topk15"].top_k = 15;
  cases["topk_large"] = off(), cases["topk_large"].top_k = 5000;
  cases["topp0.9"] = off(), cases["topp0.9"].top_p = 0.9f;
  cases["topp_tiny"] = off(), cases["topp_tiny"].top_p = 0.001f;
  cases["all"] = all_steps();
  for (const auto& [name, options] : cases) {
    const auto got = golden_probabilities(options);
    golden.expect_close("probs." + name, got);
    const auto want = golden.stored<float>("probs." + name);
    for (size_t i = 0; i < want.size(); ++i) {
      ASSERT_EQ(got[i] == 0.0f, want[i] == 0.0f) << name << " element " << i;
    }
  }
  const std::vector<float> ties = {1, 3, 3, 2, 3, -1, 2, 0};
  SamplingOptions two = off();
  two.top_k = 2;
  golden.expect_close("probs.ties_topk2", filtered_probabilities(ties, two));
}

TEST(Sampling, RaceMatchesTheReferenceVectors) {
  MYNA_REQUIRE_GROUP("t2s_small");
  const auto golden = golden_group("t2s_small");
  const auto probabilities = golden_probabilities(all_steps());
  auto races = GoldenGenerator("input.t2s.expq").floats(2 * kVocabulary, 0.5, 0.49999);
  for (float& q : races) q = -std::log(q);
  const auto want = golden.stored<int64_t>("sample.choice");
  for (size_t row = 0; row < 2; ++row) {
    EXPECT_EQ(race(std::span(probabilities).subspan(row * kVocabulary, kVocabulary),
                   std::span(races).subspan(row * kVocabulary, kVocabulary)),
              want[row]);
  }
}

TEST(Sampling, DrawsFollowTheProbabilities) {
  SamplingOptions options = off();
  options.min_tokens = 0;
  options.end_on_argmax = false;
  std::array<int, 4> counts{};
  Rng rng(5);
  for (int i = 0; i < 20000; ++i) {
    std::vector<float> logits = {std::log(0.1f), std::log(0.2f), std::log(0.3f), std::log(0.4f)};
    ++counts[size_t(choose_token(logits, {}, 0, 3, options, rng).token)];
  }
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(counts[size_t(i)] / 20000.0, 0.1 * (i + 1), 0.018) << i;
}

TEST(Sampling, BlocksTheEndTokenAtFirst) {
  SamplingOptions options = off();
  options.top_k = 1;
  options.min_tokens = 3;
  Rng rng(1);
  for (int step = 0; step < 5; ++step) {
    std::vector<float> logits = {0, 1, 9};
    const Choice choice = choose_token(logits, {}, step, 2, options, rng);
    EXPECT_EQ(choice.end, step >= 3) << step;
    EXPECT_EQ(choice.token, step >= 3 ? 2 : 1) << step;
  }
}

TEST(Sampling, PenaltyCountsATokenOnceAndHonoursTheWindow) {
  std::vector<float> logits = {2, -2, 2};
  penalise_repetition(logits, std::vector<int64_t>{0, 0, 1}, 2.0f);
  EXPECT_EQ(logits, (std::vector<float>{1, -4, 2}));

  SamplingOptions options = off();
  options.top_k = 1;
  options.repetition_penalty = 4.0f;
  options.repetition_window = 1;
  Rng rng(1);
  logits = {3, 2, 1, -9};
  const std::vector<int64_t> previous = {0, 1};
  EXPECT_EQ(choose_token(logits, previous, 20, 3, options, rng).token, 0);
  logits = {3, 2, 1, -9};
  options.repetition_window = 0;
  EXPECT_EQ(choose_token(logits, previous, 20, 3, options, rng).token, 2);
}

TEST(Sampling, EndOnArgmaxIsAChoice) {
  SamplingOptions options = off();
  options.min_tokens = 0;
  int ends = 0;
  for (int i = 0; i < 200; ++i) {
    Rng rng(static_cast<uint64_t>(i));
    std::vector<float> logits = {1.0f, 1.1f};
    options.end_on_argmax = true;
    EXPECT_TRUE(choose_token(logits, {}, 5, 1, options, rng).end);
    options.end_on_argmax = false;
    logits = {1.0f, 1.1f};
    ends += choose_token(logits, {}, 5, 1, options, rng).end;
  }
  EXPECT_GT(ends, 60);
  EXPECT_LT(ends, 150);
}

TEST(Sampling, RefusesImpossibleOptionsByName) {
  const auto refused = [](auto change) {
    SamplingOptions options;
    change(options);
    try {
      options.check();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUsage);
      return error.subject();
    }
    return std::string();
  };
  EXPECT_EQ(refused([](auto&) {}), "");
  EXPECT_EQ(refused([](auto& o) { o.top_k = -1; }), "top_k");
  EXPECT_EQ(refused([](auto& o) { o.top_p = 0; }), "top_p");
  EXPECT_EQ(refused([](auto& o) { o.top_p = NAN; }), "top_p");
  EXPECT_EQ(refused([](auto& o) { o.temperature = -1; }), "temperature");
  EXPECT_EQ(refused([](auto& o) { o.repetition_penalty = 0; }), "repetition_penalty");
  EXPECT_EQ(refused([](auto& o) { o.max_tokens = 5; }), "max_tokens");
}

}  // namespace
}  // namespace myna::models
