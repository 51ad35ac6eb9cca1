// The backend that is compared with the reference vectors.
#pragma once

#include <memory>

#include "compute/cpu/cpu_backend.h"

namespace myna::models {

/// The reference vectors are f32 results: f32 products only.
inline std::shared_ptr<compute::Backend> exact_backend() {
  return compute::make_cpu_backend({.bf16 = false});
}

}  // namespace myna::models
