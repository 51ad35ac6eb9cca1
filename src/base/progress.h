// Progress reports and cancellation of long work.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace myna {

/// One report. `total` is 0 when it is not known.
struct Progress {
  std::string_view stage;  ///< short, stable, for people: "speaking", "training"
  int64_t done = 0;
  int64_t total = 0;
  std::string_view detail;  ///< free text, may be empty
};

/// Called from the working thread; must be quick and must not throw. Empty: nobody listens.
using ProgressCallback = std::function<void(const Progress&)>;

/// Calls the callback if there is one.
void report(const ProgressCallback& callback, std::string_view stage, int64_t done, int64_t total,
            std::string_view detail = {});

/// A flag shared by its copies: whoever holds a copy may cancel, the worker looks now and then.
/// Thread-safe.
class CancelToken {
 public:
  CancelToken() : flag_(std::make_shared<std::atomic<bool>>(false)) {}

  void cancel() { flag_->store(true, std::memory_order_relaxed); }
  bool cancelled() const { return flag_->load(std::memory_order_relaxed); }
  /// Throws Error(kCancelled) when cancelled; `what` is the work that stops.
  void check(std::string_view what) const;

 private:
  friend class InterruptGuard;
  std::shared_ptr<std::atomic<bool>> flag_;
};

/// While it lives, the first SIGINT or SIGTERM cancels the token, so that the work can stop and
/// clean up; a second one removes the temporary files of open AtomicFiles and ends the program with
/// status 130. One at a time per process; the previous handlers come back at the end.
class InterruptGuard {
 public:
  explicit InterruptGuard(const CancelToken& token);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  CancelToken token_;
};

}  // namespace myna
