#include "compute/cpu/thread_pool.h"

#include <algorithm>
#include <exception>

namespace myna::compute::cpu {

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
  {
    std::lock_guard lock(mutex_);
    job.following = jobs_;
    jobs_ = &job;
  }
  if (job.items == 2)
    wake_.notify_one();
  else
    wake_.notify_all();
  work_on(job);
  std::unique_lock lock(mutex_);
  Job** link = &jobs_;
  while (*link && *link != &job) link = &(*link)->following;
  if (*link) *link = job.following;
  finished_.wait(lock, [&] { return job.helpers == 0; });
  if (job.error) std::rethrow_exception(job.error);
}

void ThreadPool::worker() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Job* job = jobs_;
    while (job && job->next.load(std::memory_order_relaxed) >= job->items) job = job->following;
    if (!job) {
      if (stop_) return;
      wake_.wait(lock);
      continue;
    }
    ++job->helpers;
    lock.unlock();
    work_on(*job);
    lock.lock();
    if (--job->helpers == 0) finished_.notify_all();
  }
}

}  // namespace myna::compute::cpu
