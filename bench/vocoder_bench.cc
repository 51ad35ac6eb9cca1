// Speed of the vocoders of SoVITS v3 (BigVGAN v2) and v4 at their official sizes, with weights from
// a seed (speed does not depend on their values), and of BigVGAN's activation alone. Besides wall
// time every row shows
//   per_unit   wall time per second of audio (the real-time factor)
//   rate       activation: values per second
//
//   vocoder_bench [--benchmark_filter=...]
// Environment: MYNA_THREADS=N, MYNA_BF16=0 for the code of machines without AMX.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "bench_backend.h"
#include "models/bigvgan.h"
#include "models/vocoder.h"

namespace myna::models {
namespace {

Tensor draw(const Shape& shape, float scale) {
  std::vector<float> values(size_t(tensor::element_count(shape)));
  Rng(1).fill_uniform(values);
  for (float& v : values) v = (2 * v - 1) * scale;
  return backend()->from_host(HostTensor::from_floats(shape, std::move(values)));
}

/// Cheap weights of a reasonable size.
class Source : public ParameterSource {
 public:
  bool contains(const std::string& name) const override { return name.ends_with(".weight"); }
  Parameter get(const std::string& name, const Shape& shape, Init) override {
    std::vector<float> values(size_t(tensor::element_count(shape)));
    uint32_t state = 1;
    for (float& v : values) {
      state = state * 1664525u + 1013904223u;
      v = (float(state >> 8) / 8388608.0f - 1.0f) * 0.03f;
    }
    return {name, HostTensor::from_floats(shape, std::move(values))};
  }
};

VocoderConfig config(VocoderKind kind) {
  Json json = {{"num_mels", 100},
               {"resblock", "1"},
               {"resblock_kernel_sizes", {3, 7, 11}},
               {"resblock_dilation_sizes", {{1, 3, 5}, {1, 3, 5}, {1, 3, 5}}},
               {"activation", "snakebeta"},
               {"snake_logscale", true}};
  const bool bigvgan = kind == VocoderKind::kBigvgan;
  json["upsample_initial_channel"] = bigvgan ? 1536 : 512;
  json["upsample_rates"] = bigvgan ? Json{4, 4, 2, 2, 2, 2} : Json{10, 6, 2, 2, 2};
  json["upsample_kernel_sizes"] = bigvgan ? Json{8, 8, 4, 4, 4, 4} : Json{20, 12, 4, 4, 4};
  return VocoderConfig::from_json(kind, json, "bench");
}

// range(0): frames of mel in one chunk.
void vocoder(benchmark::State& state, VocoderKind kind, Precision precision) {
  const VocoderConfig sizes = config(kind);
  Source source;
  const Vocoder network(*backend(), source, sizes, precision);
  const Tensor mel = draw({1, sizes.mels, state.range(0)}, 3.0f);
  for (auto _ : state) benchmark::DoNotOptimize(network.decode(mel));
  const double seconds = double(state.range(0)) / sizes.frame_rate();
  state.counters["per_unit"] =
      benchmark::Counter(seconds * double(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(vocoder, bigvgan, VocoderKind::kBigvgan, Precision::kDefault)
    ->Arg(384)
    ->UseRealTime();
BENCHMARK_CAPTURE(vocoder, bigvgan_bf16, VocoderKind::kBigvgan, Precision::kBf16)
    ->Arg(384)
    ->UseRealTime();
BENCHMARK_CAPTURE(vocoder, v4, VocoderKind::kHifigan, Precision::kDefault)->Arg(384)->UseRealTime();
BENCHMARK_CAPTURE(vocoder, v4_f32, VocoderKind::kHifigan, Precision::kF32)->Arg(384)->UseRealTime();

// range(0): channels, range(1): frames.
void activation(benchmark::State& state) {
  const Tensor narrow = draw({1, state.range(1), state.range(0)}, 2.0f);
  const Tensor x = backend()->transpose(narrow, 1, 2);
  const Tensor alpha = draw({state.range(0)}, 0.5f);
  const auto filter = kaiser_sinc_filter();
  for (auto _ : state) benchmark::DoNotOptimize(backend()->filtered_snake(x, alpha, alpha, filter));
  state.counters["rate"] =
      benchmark::Counter(double(state.range(0) * state.range(1)) * double(state.iterations()),
                         benchmark::Counter::kIsRate);
}
BENCHMARK(activation)->Args({768, 1024})->Args({96, 8192})->Args({24, 32768})->UseRealTime();

}  // namespace
}  // namespace myna::models

BENCHMARK_MAIN();
