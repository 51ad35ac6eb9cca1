#include "base/progress.h"

#include <unistd.h>

#include <csignal>

#include "base/error.h"
#include "base/files.h"

namespace myna {
namespace {

std::atomic<std::atomic<bool>*> g_flag{nullptr};
struct sigaction g_old_int, g_old_term;

static_assert(std::atomic<bool>::is_always_lock_free, "the handler needs lock-free flags");

void on_signal(int) {
  std::atomic<bool>* flag = g_flag.load();
  if (flag != nullptr && !flag->exchange(true)) return;
  remove_temporary_files();
  ::_exit(130);
}

}  // namespace

void report(const ProgressCallback& callback, std::string_view stage, int64_t done, int64_t total,
            std::string_view detail) {
  if (callback) callback({stage, done, total, detail});
}

void CancelToken::check(std::string_view what) const {
  if (cancelled()) throw Error(ErrorCode::kCancelled, "stopped on request", std::string(what));
}

InterruptGuard::InterruptGuard(const CancelToken& token) : token_(token) {
  std::atomic<bool>* expected = nullptr;
  if (!g_flag.compare_exchange_strong(expected, token_.flag_.get())) {
    throw Error(ErrorCode::kInternal, "two InterruptGuards live at the same time");
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &g_old_int);
  ::sigaction(SIGTERM, &action, &g_old_term);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &g_old_int, nullptr);
  ::sigaction(SIGTERM, &g_old_term, nullptr);
  g_flag.store(nullptr);
}

}  // namespace myna
