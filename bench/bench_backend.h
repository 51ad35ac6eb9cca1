// The backend that a benchmark of a network runs on.
#pragma once

#include <cstdlib>
#include <memory>

#include "compute/cpu/cpu_backend.h"

namespace myna::models {

/// Made once. MYNA_THREADS: how many (default: one per core); MYNA_BF16=0: f32 products only.
inline std::shared_ptr<compute::Backend> backend() {
  const char* threads = std::getenv("MYNA_THREADS");
  const char* bf16 = std::getenv("MYNA_BF16");
  static const auto made = compute::make_cpu_backend(
      {.threads = threads ? std::atoi(threads) : 0, .bf16 = !bf16 || std::atoi(bf16) != 0});
  return made;
}

}  // namespace myna::models
