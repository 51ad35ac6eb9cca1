#include "base/progress.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "base/error.h"

namespace myna {
namespace {

TEST(Progress, ReportsIfSomebodyListens) {
  report({}, "speaking", 1, 2);
  std::string seen;
  report([&](const Progress& p) { seen = std::string(p.stage) + std::to_string(p.done); },
         "speaking", 1, 2);
  EXPECT_EQ(seen, "speaking1");
}

TEST(CancelToken, CopiesShareTheFlag) {
  CancelToken token;
  CancelToken copy = token;
  EXPECT_NO_THROW(copy.check("training"));
  token.cancel();
  EXPECT_TRUE(copy.cancelled());
  try {
    copy.check("training");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCancelled);
    EXPECT_EQ(error.subject(), "training");
  }
}

TEST(InterruptGuard, OneSignalCancelsAndHandlersComeBack) {
  struct sigaction before {
  }, after{};
  ::sigaction(SIGINT, nullptr, &before);
  {
    CancelToken token;
    InterruptGuard guard(token);
    EXPECT_THROW(InterruptGuard second(token), Error);
    ::raise(SIGTERM);
    EXPECT_TRUE(token.cancelled());
  }
  ::sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  CancelToken token;
  InterruptGuard again(token);
  EXPECT_FALSE(token.cancelled());
}

}  // namespace
}  // namespace myna
