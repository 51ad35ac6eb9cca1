// The CPU backend's threads and memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "compute/cpu/large_pages.h"
#include "compute/cpu/memory_pool.h"
#include "compute/cpu/thread_pool.h"

namespace myna::compute::cpu {
namespace {

TEST(ThreadPool, EveryItemIsDoneOnce) {
  ThreadPool pool(4);
  for (const int64_t items : {0, 1, 2, 3, 100, 5000}) {
    std::vector<std::atomic<int>> done(static_cast<size_t>(items));
    pool.run(items, [&](int64_t i) { ++done[size_t(i)]; });
    for (const auto& n : done) ASSERT_EQ(n, 1);
  }
  std::vector<int> covered(1000, 0);
  pool.run_ranges(1000, 7, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) ++covered[size_t(i)];
  });
  EXPECT_EQ(covered, std::vector<int>(1000, 1));
}

TEST(ThreadPool, RethrowsAndStaysUsable) {
  ThreadPool pool(3);
  for (int turn = 0; turn < 20; ++turn) {
    EXPECT_THROW(pool.run(50,
                          [](int64_t i) {
                            if (i == 20) throw std::runtime_error("item 20");
                          }),
                 std::runtime_error);
    std::atomic<int64_t> sum{0};
    pool.run(10, [&](int64_t i) { sum += i; });
    ASSERT_EQ(sum, 45);
  }
}

TEST(ThreadPool, SeveralCallersShareIt) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum{0};
  std::vector<std::thread> callers;
  for (int n = 0; n < 4; ++n)
    callers.emplace_back([&] {
      for (int turn = 0; turn < 200; ++turn) pool.run(9, [&](int64_t i) { sum += i; });
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 200 * 36);
}

double process_seconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

TEST(ThreadPool, WaitingThreadsSleep) {
  ThreadPool pool(4);
  pool.run(8, [](int64_t) {});
  const double before = process_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(process_seconds() - before, 0.05);  // three spinning threads would take up to 0.6
  // The caller, waiting for one slow item of another thread, sleeps as well.
  const double start = process_seconds();
  pool.run(2, [](int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
  EXPECT_LT(process_seconds() - start, 0.05);
}

TEST(MemoryPool, ReusesBlocksAndOutlivesItsHandle) {
  std::shared_ptr<void> kept;
  for (const bool large : {false, true}) {
    auto pool = std::make_shared<MemoryPool>(1 << 20, large);
    auto first = pool->allocate(1000);
    void* const block = first.get();
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    std::memset(block, 1, 1000);
    first.reset();
    kept = pool->allocate(1000);
    EXPECT_EQ(kept.get(), block);
    const auto big = pool->allocate(3 << 20);  // more than is kept
    std::memset(big.get(), 2, 3 << 20);
    EXPECT_NE(pool->allocate(0), nullptr);
    pool.reset();
    EXPECT_EQ(static_cast<char*>(kept.get())[999], 1);
  }
}

size_t resident_bytes() {
  size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * size_t(sysconf(_SC_PAGESIZE));
}

TEST(MemoryPool, GivesFreeBlocksBackWhenAsked) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps freed memory for a while";
#endif
  constexpr size_t kBytes = size_t(48) << 20;
  const auto pool = std::make_shared<MemoryPool>(2 * kBytes);
  auto used = pool->allocate(100);
  std::memset(used.get(), 3, 100);
  auto block = pool->allocate(kBytes);
  std::memset(block.get(), 1, kBytes);
  block.reset();
  const size_t before = resident_bytes();
  if (before == 0) GTEST_SKIP() << "this system has no /proc/self/statm";
  pool->give_back();
  EXPECT_LT(resident_bytes() + kBytes / 2, before);
  EXPECT_EQ(static_cast<char*>(used.get())[99], 3);
  EXPECT_NE(pool->allocate(kBytes), nullptr);
}

TEST(LargePages, BlocksDoNotOverlap) {
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  for (int turn = 0; turn < 3; ++turn) {
    for (const size_t size :
         {1ul, 100ul, 16383ul, 16384ul, 20000ul, 5000000ul, 12000000ul, 17000000ul, 40000000ul}) {
      auto* block = static_cast<unsigned char*>(allocate_large(size, Lifetime::kWeights));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
      const auto mark = static_cast<unsigned char>(blocks.size() + 1);
      for (size_t i = 0; i < size; i += 4096) block[i] = mark;
      block[size - 1] = mark;
      blocks.emplace_back(block, size);
    }
    for (size_t n = 0; n < blocks.size(); ++n) {
      const auto& [block, size] = blocks[n];
      for (size_t i = 0; i < size; i += 4096) ASSERT_EQ(block[i], n + 1);
      ASSERT_EQ(block[size - 1], n + 1);
    }
    if (turn == 1) {
      for (const auto& [block, size] : blocks) free_large(block, size);
      blocks.clear();
    }
  }
  for (const auto& [block, size] : blocks) free_large(block, size);
}

}  // namespace
}  // namespace myna::compute::cpu
