#include "compute/cpu/thread_pool.h"

#include <hwy/cache_control.h>

#include <chrono>
#include <exception>

namespace myna::compute::cpu {
namespace {

constexpr auto kPatience = std::chrono::microseconds(20);  // about what waking a thread costs

/// Looks for a short while whether `done` holds.
template <typename Condition>
void watch(const Condition& done) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  do {
    for (int n = 0; n < 16; ++n) {
      if (done()) return;
      hwy::Pause();
    }
  } while (std::chrono::steady_clock::now() < until);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { worker(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : workers_) thread.join();
}

void ThreadPool::work_on(Job& job) {
  try {
    for (;;) {
      const int64_t i = job.next.fetch_add(1, std::memory_order_relaxed);
      if (i >= job.items) return;
      job.call(job.fn, i);
    }
  } catch (...) {
    job.next.store(job.items, std::memory_order_relaxed);
    std::lock_guard lock(mutex_);
    if (!job.error) job.error = std::current_exception();
  }
}

void ThreadPool::run_job(Job& job) {
  int asleep = 0;
  {
    std::lock_guard lock(mutex_);
    job.following = jobs_;
    jobs_ = &job;
    posted_.fetch_add(1, std::memory_order_relaxed);
    asleep = asleep_;
  }
  if (asleep > 0) {
    if (job.items == 2)
      wake_.notify_one();
    else
      wake_.notify_all();
  }
  work_on(job);
  watch([&] { return job.helpers.load(std::memory_order_relaxed) == 0; });
  std::unique_lock lock(mutex_);
  Job** link = &jobs_;
  while (*link && *link != &job) link = &(*link)->following;
  if (*link) *link = job.following;
  finished_.wait(lock, [&] { return job.helpers == 0; });
  if (job.error) std::rethrow_exception(job.error);
}

void ThreadPool::worker() {
  std::unique_lock lock(mutex_);
  bool watched = true;  // nothing to expect yet
  for (;;) {
    Job* job = jobs_;
    while (job && job->next.load(std::memory_order_relaxed) >= job->items) job = job->following;
    if (job) {
      job->helpers.fetch_add(1, std::memory_order_relaxed);
      lock.unlock();
      work_on(*job);
      lock.lock();
      if (job->helpers.fetch_sub(1, std::memory_order_relaxed) == 1) finished_.notify_all();
      watched = false;
    } else if (stop_) {
      return;
    } else if (!watched) {
      const uint64_t seen = posted_.load(std::memory_order_relaxed);
      lock.unlock();
      watch([&] { return posted_.load(std::memory_order_relaxed) != seen; });
      lock.lock();
      watched = posted_.load(std::memory_order_relaxed) == seen;
    } else {
      ++asleep_;
      wake_.wait(lock);
      --asleep_;
    }
  }
}

}  // namespace myna::compute::cpu
