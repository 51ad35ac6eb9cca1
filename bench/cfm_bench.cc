// Speed of flow matching (SoVITS v3 and v4) at the official size, with weights from a seed (speed
// does not depend on their values). One pass of the sampler is `frames` mel frames, prompt and new
// ones; speech of 10 s after a prompt of 5 s takes 2 passes of 1000 frames with v4 (8 steps) and 2
// of 934 with v3 (32 steps, and a rest of 5 frames more after the prompt).
//
//   cfm_bench [--benchmark_filter=...]
// Columns: GFLOP/s of the estimator's products, and what each step adds to the real-time factor of
// such speech.
// Environment: MYNA_THREADS=N, MYNA_BF16=0 for the code of machines without AMX.
#include <benchmark/benchmark.h>

#include <map>

#include "base/random.h"
#include "bench_backend.h"
#include "models/cfm.h"

namespace myna::models {
namespace {

/// One network at a time: each has 337 million weights.
const Cfm& network(Precision precision) {
  static std::map<Precision, Cfm> made;
  if (!made.contains(precision)) {
    made.clear();
    FreshSource source(1);
    made.emplace(precision, Cfm(*backend(), source, "cfm", CfmConfig(), precision));
  }
  return made.at(precision);
}

/// Products of one evaluation, in floating-point operations.
double operations(const DitConfig& c, int64_t frames) {
  const double dim = double(c.dim), t = double(frames);
  const double positions = 2 * dim * dim / double(c.position_groups) * double(c.position_kernel);
  const double block = 4 * dim * dim + 2 * dim * double(c.ffn) + 2 * t * dim;
  const double edges = dim * double(3 * c.mel + c.conditions);
  return 2 * t * (positions + double(c.depth) * block + edges);
}

Tensor values(const Shape& shape) {
  std::vector<float> drawn(size_t(tensor::element_count(shape)));
  Rng(3).fill_normal(drawn);
  return backend()->from_host(HostTensor::from_floats(shape, std::move(drawn)));
}

/// One step of the sampler: the estimator on `rows` x `frames`.
void step(benchmark::State& state) {
  const auto precision = Precision(state.range(0));
  const int64_t frames = state.range(1), rows = state.range(2);
  const Cfm& cfm = network(precision);
  const Dit& dit = cfm.estimator();
  const DitConfig& config = cfm.config().estimator;
  Backend& b = *backend();
  const Tensor x = values({rows, config.mel, frames});
  const Tensor embedded = dit.embed(b, values({rows, config.conditions, frames}));
  const DitModulation modulation =
      dit.modulation(b, std::vector<float>{0.5f}, std::vector<float>{0.125f});
  for (auto _ : state) benchmark::DoNotOptimize(dit.velocity(b, x, x, embedded, modulation));
  const double work = operations(config, frames) * double(rows) * double(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(work * 1e-9, benchmark::Counter::kIsRate);
  // Each step of 10 s of speech costs two of these.
  state.counters["RTF_per_step"] =
      benchmark::Counter(10.0 / 2.0 * double(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
// 0: three bf16 products on AMX machines (as f32), 2: bf16 weights, 3: int8 weights.
BENCHMARK(step)
    ->ArgNames({"precision", "frames", "rows"})
    ->Args({0, 1000, 1})
    ->Args({0, 1000, 2})
    ->Args({2, 1000, 1})
    ->Args({3, 1000, 1})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// What no step changes: the text branch and the modulations of 8 steps.
void constant_part(benchmark::State& state) {
  const Cfm& cfm = network(Precision::kDefault);
  const Dit& dit = cfm.estimator();
  Backend& b = *backend();
  const Tensor conditions = values({1, cfm.config().estimator.conditions, 1000});
  const std::vector<float> times(8, 0.5f), steps(8, 0.125f);
  for (auto _ : state) {
    benchmark::DoNotOptimize(dit.embed(b, conditions));
    benchmark::DoNotOptimize(dit.modulation(b, times, steps));
  }
}
BENCHMARK(constant_part)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace myna::models

BENCHMARK_MAIN();
