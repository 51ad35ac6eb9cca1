// The inference backend for processors: oneDNN and Highway kernels chosen at run time for the
// machine (AMX, AVX-512, AVX2, SSE, NEON, SVE), own AMX kernels for bf16 products.
//
// What Precision means here. Activations are f32 between operations and sums are f32.
//                  with AMX                                        without
//   kF32           three bf16 products, within about 2^-16 of f32  f32
//   kBf16          conv: one bf16 product                          conv: f32
//                  linear: the same; f32 input for up to 8 rows    linear: bf16 weights, f32 input
//   kInt8          linear: 8-bit weights, a scale per output;      linear: the same, f32 input
//                  input of 16 bits, a scale per row
//                  conv: kDefault                                  conv: f32
//   kDefault       conv: as kBf16, and as kF32 for layers of 32 channels or fewer
//                  linear: as kF32
// Cached keys and values are half floats.
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
  int threads = 0;           ///< 0: every core that this process may use
  std::optional<bool> bf16;  ///< bf16 products; absent: if the machine has AMX
  std::optional<bool> int8;  ///< int8 weights where Precision::kInt8 asks; absent: yes
};

std::shared_ptr<Backend> make_cpu_backend(CpuOptions options = {});

/// Whether this machine multiplies bf16 faster than f32 (AMX). Elsewhere Precision::kBf16 saves
/// memory only, and many rows take half as long again as with kDefault.
bool has_fast_bf16();

/// Gives the memory that `backend`, made by make_cpu_backend, keeps for its next operations back to
/// the system: for before and after work that is rare and takes much, such as that of the
/// extractors of reference recordings. The next operations are a little slower.
void give_back_memory(Backend& backend);

}  // namespace myna::compute
