// Speed of the engine beside what the machine could do at best. Weights of the official size are
// drawn from a seed: speed does not depend on their values.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/progress.h"
#include "compute/backend.h"

namespace myna::evaluation {

/// What the machine reaches on the plainest code there is: the floor under every time below.
struct MachineFloor {
  double memory_gb_per_second = 0;  ///< reading, all threads
  double gflops_f32 = 0;            ///< matrix product of the backend, f32
  double gflops_convolution = 0;    ///< convolution of the backend at its own precision
};
MachineFloor measure_floor(compute::Backend& backend, int threads);

struct BenchFigure {
  std::string name;  ///< "official v2, T2S step, batch 1"
  std::string unit;  ///< "ms/token", "real-time factor", "s", "MB"
  double value = 0;  ///< median
  double best = 0;   ///< of the repetitions
  double floor = 0;  ///< what the machine floor allows; 0: none computed
};

struct BenchOptions {
  int threads = 0;
  int repetitions = 3;
  bool official = true;
  bool starter = true;
};

struct BenchReport {
  MachineFloor floor;
  std::vector<BenchFigure> figures;
};

BenchReport run_benchmark(const BenchOptions& options, const CancelToken& cancel = {},
                          const ProgressCallback& progress = {});

/// Largest resident set of this process so far, or since reset_peak_memory(), in MB (2^20 bytes).
double peak_memory_mb();
/// Forgets the peak; where the system cannot do so, the peak stays that of the whole process.
void reset_peak_memory();

Json benchmark_json(const BenchReport& report);
std::string benchmark_table(const BenchReport& report);

}  // namespace myna::evaluation
