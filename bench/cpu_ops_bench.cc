// Speed of the CPU backend on the shapes of the official v2 networks, with weights from a seed
// (speed does not depend on their values). Besides wall time every row shows
//   per_unit   wall time per token, or per second of audio (the real-time factor)
//
//   cpu_ops_bench [--benchmark_filter=...]
// Environment: MYNA_THREADS=N, MYNA_BF16=0 for the code of machines without AMX.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "base/random.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::compute {
namespace {

std::shared_ptr<Backend> backend() {
  const char* threads = std::getenv("MYNA_THREADS");
  const char* bf16 = std::getenv("MYNA_BF16");
  static const auto made = make_cpu_backend(
      {.threads = threads ? std::atoi(threads) : 0, .bf16 = !bf16 || std::atoi(bf16) != 0});
  return made;
}

Parameter draw(const Shape& shape, float scale) {
  static Rng rng(1);
  std::vector<float> values(size_t(tensor::element_count(shape)));
  rng.fill_uniform(values);
  for (float& v : values) v = (2 * v - 1) * scale;
  return {"drawn", HostTensor::from_floats(shape, std::move(values))};
}

WeightsPtr conv(const ConvSpec& s) {
  const Shape shape = s.transposed ? Shape{s.in, s.out / s.groups, s.kernel}
                                   : Shape{s.out, s.in / s.groups, s.kernel};
  return backend()->conv_weights(s, {.weight = draw(shape, 0.02f)}, draw({s.out}, 0.1f));
}

WeightsPtr same(int64_t channels, int64_t kernel, int64_t dilation, Precision precision) {
  const int64_t pad = dilation * (kernel - 1) / 2;
  return conv({.in = channels,
               .out = channels,
               .kernel = kernel,
               .dilation = dilation,
               .pad_left = pad,
               .pad_right = pad,
               .precision = precision});
}

// The HiFi-GAN generator of SoVITS v2: 192 channels at 50 Hz to samples at 32 kHz.
struct Generator {
  explicit Generator(Precision p) {
    pre = conv({.in = 192, .out = 512, .kernel = 7, .pad_left = 3, .pad_right = 3, .precision = p});
    int64_t channels = 512;
    for (const auto& [rate, kernel] :
         std::vector<std::pair<int64_t, int64_t>>{{10, 16}, {8, 16}, {2, 8}, {2, 2}, {2, 2}}) {
      Stage stage;
      stage.up = conv({.in = channels,
                       .out = channels / 2,
                       .kernel = kernel,
                       .stride = rate,
                       .pad_left = (kernel - rate) / 2,
                       .pad_right = (kernel - rate) / 2,
                       .transposed = true,
                       .precision = p});
      channels /= 2;
      for (const int64_t k : {3, 7, 11})
        for (const int64_t d : {1, 3, 5})
          stage.blocks.push_back({same(channels, k, d, p), same(channels, k, 1, p)});
      stages.push_back(stage);
    }
    post = conv(
        {.in = channels, .out = 1, .kernel = 7, .pad_left = 3, .pad_right = 3, .precision = p});
  }

  Tensor run(Backend& b, Tensor x) const {
    x = b.conv1d(x, pre);
    for (const Stage& stage : stages) {
      x = b.conv1d(b.activate(x, Activation::kLeakyRelu, 0.1f), stage.up);
      Tensor sum;
      for (size_t block = 0; block < 3; ++block) {
        Tensor y = x;
        for (size_t n = 0; n < 3; ++n) {
          const auto& [first, second] = stage.blocks[block * 3 + n];
          const Tensor t = b.conv1d(b.activate(y, Activation::kLeakyRelu, 0.1f), first);
          y = b.conv1d(b.activate(t, Activation::kLeakyRelu, 0.1f), second, {.residual = y});
        }
        sum = sum ? b.add(sum, y) : y;
      }
      x = b.affine(sum, 1.0f / 3.0f, 0.0f);
    }
    return b.conv1d(b.activate(x, Activation::kLeakyRelu, 0.01f), post,
                    {.activation = Activation::kTanh});
  }

  struct Stage {
    WeightsPtr up;
    std::vector<std::pair<WeightsPtr, WeightsPtr>> blocks;
  };
  WeightsPtr pre, post;
  std::vector<Stage> stages;
};

void generator(benchmark::State& state, Precision precision) {
  const double seconds = double(state.range(0));
  const Generator g(precision);
  const auto b = backend();
  const Tensor x = b->from_host(draw({1, 192, state.range(0) * 50}, 1.0f).value);
  for (auto _ : state) benchmark::DoNotOptimize(g.run(*b, x));
  state.counters["per_unit"] =
      benchmark::Counter(seconds * double(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(generator, bf16, Precision::kDefault)->Arg(1)->Arg(4)->UseRealTime();
BENCHMARK_CAPTURE(generator, f32, Precision::kF32)->Arg(4)->UseRealTime();

// The decoder of T2S: 24 post-norm layers of 512 with 16 heads, and the output layer.
struct Decoder {
  explicit Decoder(Precision p) {
    const auto linear = [p](int64_t in, int64_t out) {
      return backend()->linear_weights({.in = in, .out = out, .precision = p},
                                       draw({out, in}, 0.02f), draw({out}, 0.1f));
    };
    for (int n = 0; n < 24; ++n)
      layers.push_back({linear(512, 1536), linear(512, 512), linear(512, 2048), linear(2048, 512)});
    head = linear(512, 1025);
    gain = backend()->from_host(draw({512}, 1.0f).value);
  }

  struct Layer {
    WeightsPtr qkv, out, up, down;
  };

  template <typename Attend>
  Tensor pass(Backend& b, Tensor x, const Attend& attend) const {
    for (size_t n = 0; n < layers.size(); ++n) {
      const Tensor qkv = b.linear(x, layers[n].qkv);
      const Tensor y = attend(int64_t(n), b.slice(qkv, 2, 0, 512), b.slice(qkv, 2, 512, 1024),
                              b.slice(qkv, 2, 1024, 1536));
      x = b.layer_norm(b.linear(y, layers[n].out, {.residual = x}), gain, gain, 1e-5f);
      const Tensor h = b.linear(x, layers[n].up, {.activation = Activation::kRelu});
      x = b.layer_norm(b.linear(h, layers[n].down, {.residual = x}), gain, gain, 1e-5f);
    }
    return x;
  }

  std::vector<Layer> layers;
  WeightsPtr head;
  Tensor gain;
};

// range(0): rows, range(1): positions cached before the first step.
void decoder_step(benchmark::State& state, Precision precision) {
  const int64_t rows = state.range(0);
  const Decoder d(precision);
  const auto b = backend();
  const auto cache = b->make_kv_cache(24, rows, 512, 16, 4096);
  const Tensor prompt = b->from_host(draw({1, state.range(1), 512}, 1.0f).value);
  for (int64_t layer = 0; layer < 24; ++layer)
    for (int64_t row = 0; row < rows; ++row) b->cache_fill(*cache, layer, row, prompt, prompt);
  const Tensor x = b->from_host(draw({rows, 1, 512}, 1.0f).value);
  for (auto _ : state) {
    const Tensor y =
        d.pass(*b, x, [&](int64_t layer, const Tensor& q, const Tensor& k, const Tensor& v) {
          return b->cached_attention(*cache, layer, q, k, v);
        });
    benchmark::DoNotOptimize(b->linear(y, d.head));
  }
}
BENCHMARK_CAPTURE(decoder_step, int8, Precision::kInt8)
    ->Args({1, 300})
    ->Args({4, 300})
    ->Iterations(100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(decoder_step, bf16, Precision::kBf16)
    ->Args({1, 300})
    ->Args({4, 300})
    ->Iterations(100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void decoder_prompt(benchmark::State& state, Precision precision) {
  const Decoder d(precision);
  const auto b = backend();
  const Tensor x = b->from_host(draw({1, state.range(0), 512}, 1.0f).value);
  const AttentionMask mask{.kind = AttentionMask::Kind::kPrefixCausal,
                           .prefix = state.range(0) / 2};
  for (auto _ : state)
    benchmark::DoNotOptimize(
        d.pass(*b, x, [&](int64_t, const Tensor& q, const Tensor& k, const Tensor& v) {
          return b->attention(q, k, v, 16, mask);
        }));
}
BENCHMARK_CAPTURE(decoder_prompt, int8, Precision::kInt8)
    ->Arg(250)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(decoder_prompt, f32, Precision::kDefault)
    ->Arg(250)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace myna::compute

BENCHMARK_MAIN();
