// A small pool for data-parallel loops. Items are taken one by one, so a core that is busy with
// somebody else's work takes fewer and does not hold up the rest. A thread that waits looks for
// some microseconds whether the wait is over already, as it mostly is between the steps of a
// decoder, and sleeps after that.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace myna::compute::cpu {

class ThreadPool {
 public:
  /// `threads` in all, the caller's own included; at least 1.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return int(workers_.size()) + 1; }

  /// Calls fn(i) for every i in [0, items), in any order, and returns when all are done. The caller
  /// works too. An exception of fn is rethrown here (one of them, if several). May be called from
  /// several threads at a time; must not be called from within fn.
  template <typename Fn>
  void run(int64_t items, const Fn& fn) {
    if (items <= 1 || workers_.empty()) {
      for (int64_t i = 0; i < items; ++i) fn(i);
      return;
    }
    Job job;
    job.call = [](const void* f, int64_t i) { (*static_cast<const Fn*>(f))(i); };
    job.fn = &fn;
    job.items = items;
    run_job(job);
  }

  /// fn(begin, end) over [0, n) in pieces of `grain`.
  template <typename Fn>
  void run_ranges(int64_t n, int64_t grain, const Fn& fn) {
    if (n <= grain) {
      if (n > 0) fn(int64_t(0), n);
      return;
    }
    run((n + grain - 1) / grain, [&](int64_t i) {
      const int64_t begin = i * grain;
      fn(begin, begin + grain < n ? begin + grain : n);
    });
  }

 private:
  struct Job {
    void (*call)(const void*, int64_t) = nullptr;
    const void* fn = nullptr;
    int64_t items = 0;
    std::atomic<int64_t> next{0};
    std::atomic<int> helpers{0};  // workers inside; changed under mutex_
    std::exception_ptr error;     // guarded by mutex_
    Job* following = nullptr;     // list of open jobs, guarded by mutex_
  };

  void run_job(Job& job);
  void work_on(Job& job);
  void worker();

  std::mutex mutex_;
  std::condition_variable wake_;      // workers wait here
  std::condition_variable finished_;  // callers wait here
  std::atomic<uint64_t> posted_{0};   // jobs so far; changed under mutex_
  int asleep_ = 0;
  Job* jobs_ = nullptr;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace myna::compute::cpu
