#include "base/once_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace myna {
namespace {

TEST(OnceCache, MakesAValueOnceAndForgetsTheOneUnusedLongest) {
  OnceCache<int, int> cache(2);
  const auto square = [&](int n) { return *cache.get(n, [n] { return n * n; }); };
  EXPECT_EQ(square(3), 9);
  EXPECT_EQ(square(4), 16);
  EXPECT_EQ(square(3), 9);
  EXPECT_EQ(cache.made(), 2);
  EXPECT_EQ(square(5), 25);  // 4 goes
  EXPECT_EQ(square(3), 9);
  EXPECT_EQ(cache.made(), 3);
  EXPECT_EQ(square(4), 16);
  EXPECT_EQ(cache.made(), 4);
  cache.clear();
  EXPECT_EQ(square(4), 16);
  EXPECT_EQ(cache.made(), 5);
}

TEST(OnceCache, KeepsNothingOfAFailure) {
  OnceCache<int, int> cache(2);
  EXPECT_THROW(cache.get(1, []() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(cache.made(), 0);
  EXPECT_EQ(*cache.get(1, [] { return 7; }), 7);
}

TEST(OnceCache, ThreadsWaitForTheOneThatMakesIt) {
  OnceCache<int, int> cache(4);
  std::atomic<int> sum = 0;
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n) {
    threads.emplace_back([&] {
      sum += *cache.get(1, [] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return 5;
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.made(), 1);
  EXPECT_EQ(sum, 40);
}

}  // namespace
}  // namespace myna
