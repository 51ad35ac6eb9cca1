#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "base/random.h"
#include "evaluation/benchmark.h"

namespace myna::evaluation {
namespace {

using Clock = std::chrono::steady_clock;

double best_seconds(int repetitions, const auto& work) {
  double best = 1e30;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

/// Reads a buffer far larger than any cache, each thread its own part.
double read_bandwidth(int threads) {
  constexpr size_t kBytesPerThread = size_t(192) << 20;
  std::vector<std::vector<uint64_t>> buffers(static_cast<size_t>(threads));
  for (auto& buffer : buffers) buffer.assign(kBytesPerThread / sizeof(uint64_t), 1);
  std::atomic<uint64_t> sink{0};
  const double seconds = best_seconds(3, [&] {
    std::vector<std::thread> readers;
    for (const auto& buffer : buffers) {
      readers.emplace_back([&buffer, &sink] {
        uint64_t sum[8] = {};
        for (size_t i = 0; i + 8 <= buffer.size(); i += 8) {
          for (size_t k = 0; k < 8; ++k) sum[k] += buffer[i + k];
        }
        for (const uint64_t part : sum) sink += part;
      });
    }
    for (auto& reader : readers) reader.join();
  });
  return double(kBytesPerThread) * threads / seconds / 1e9;
}

tensor::HostTensor random_tensor(const tensor::Shape& shape, uint64_t seed) {
  std::vector<float> values(size_t(tensor::element_count(shape)));
  Rng rng(seed);
  for (float& value : values) value = rng.uniform(-0.1f, 0.1f);
  return tensor::HostTensor::from_floats(shape, std::move(values));
}

double linear_gflops(compute::Backend& backend) {
  constexpr int64_t kRows = 512, kWidth = 2048;
  const auto weights =
      backend.linear_weights({kWidth, kWidth, compute::Precision::kF32},
                             {"floor.weight", random_tensor({kWidth, kWidth}, 1)}, {});
  const compute::Tensor x = backend.from_host(random_tensor({1, kRows, kWidth}, 2));
  const double seconds = best_seconds(5, [&] { backend.linear(x, weights); });
  return 2.0 * kRows * kWidth * kWidth / seconds / 1e9;
}

double convolution_gflops(compute::Backend& backend) {
  constexpr int64_t kChannels = 512, kKernel = 7, kFrames = 1024;
  compute::ConvSpec spec;
  spec.in = spec.out = kChannels;
  spec.kernel = kKernel;
  spec.pad_left = spec.pad_right = kKernel / 2;
  compute::WeightParameter weight;
  weight.weight = {"floor.conv", random_tensor({kChannels, kChannels, kKernel}, 3)};
  const auto weights = backend.conv_weights(spec, weight, {});
  const compute::Tensor x = backend.from_host(random_tensor({1, kChannels, kFrames}, 4));
  const double seconds = best_seconds(5, [&] { backend.conv1d(x, weights); });
  return 2.0 * kChannels * kChannels * kKernel * kFrames / seconds / 1e9;
}

}  // namespace

MachineFloor measure_floor(compute::Backend& backend, int threads) {
  MachineFloor floor;
  floor.memory_gb_per_second = read_bandwidth(threads);
  floor.gflops_f32 = linear_gflops(backend);
  floor.gflops_convolution = convolution_gflops(backend);
  return floor;
}

}  // namespace myna::evaluation
