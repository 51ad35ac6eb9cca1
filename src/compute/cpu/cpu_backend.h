// The inference backend for processors: oneDNN and Highway kernels chosen at run time for the
// machine (AMX, AVX-512, AVX2, SSE, NEON, SVE), own AMX kernels for bf16 products.
//
// Precision::kDefault means: convolutions in bf16 with f32 sums where the machine multiplies bf16
// in hardware, f32 elsewhere; linear layers in f32. Activations are f32 between operations.
//
// Same input, same machine, same options: the same bits, whatever the number of threads in use.
// Thread-safe as Backend says. Threads sleep when there is no work and never wait in a spin lock
// for longer than some microseconds.
#pragma once

#include <memory>
#include <optional>

#include "compute/backend.h"

namespace myna::compute {

struct CpuOptions {
  int threads = 0;            ///< 0: every core that this process may use
  std::optional<bool> bf16;   ///< bf16 products; absent: if the machine has AMX
  std::optional<bool> int8;   ///< int8 weights where Precision::kInt8 asks; absent: yes
  bool deterministic = true;  ///< kept for callers that state it; results always are
};

std::shared_ptr<Backend> make_cpu_backend(CpuOptions options = {});

}  // namespace myna::compute
