// Prepares numbered pieces of work one or more ahead of their use, on its own thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace myna::training {

/// next() gives make(first), make(first + 1), ... in order; an exception of make is rethrown by the
/// next() that would have given its piece. One consumer.
template <typename T>
class Prefetcher {
 public:
  Prefetcher(std::function<T(int64_t)> make, int64_t first, size_t ahead = 2)
      : make_(std::move(make)), ahead_(ahead), thread_([this, first] { work(first); }) {}

  ~Prefetcher() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    thread_.join();
  }

  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  T next() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !queue_.empty() || failure_; });
    if (queue_.empty()) std::rethrow_exception(failure_);
    T value = std::move(queue_.front());
    queue_.pop_front();
    room_.notify_one();
    return value;
  }

 private:
  void work(int64_t number) {
    for (;; ++number) {
      {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return stop_ || queue_.size() < ahead_; });
        if (stop_) return;
      }
      try {
        T value = make_(number);
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(value));
      } catch (...) {
        std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
        ready_.notify_one();
        return;
      }
      ready_.notify_one();
    }
  }

  std::function<T(int64_t)> make_;
  const size_t ahead_;
  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<T> queue_;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace myna::training
