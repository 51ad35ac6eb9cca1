#include "models/bigvgan.h"

#include <cmath>
#include <numbers>

#include "base/error.h"
#include "models/upsampling.h"

namespace myna::models {
namespace {

/// Modified Bessel function of the first kind, order 0, by its power series.
double bessel_i0(double x) {
  double term = 1.0, sum = 1.0;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

}  // namespace

std::array<float, compute::kSnakeTaps> kaiser_sinc_filter() {
  constexpr int64_t kTaps = compute::kSnakeTaps;
  constexpr double kCutoff = 0.25, kHalfWidth = 0.3;
  // Kaiser's estimate of the attenuation that so many taps reach, and the window's shape for it.
  const double attenuation =
      2.285 * (double(kTaps) / 2 - 1) * std::numbers::pi * 4 * kHalfWidth + 7.95;
  const double shape = 0.1102 * (attenuation - 8.7);  // for attenuations above 50 dB
  std::array<double, kTaps> taps{};
  double sum = 0.0;
  for (int64_t k = 0; k < kTaps; ++k) {
    const double at = 2.0 * double(k) / double(kTaps - 1) - 1.0;
    const double angle = 2 * kCutoff * std::numbers::pi * (double(k) - double(kTaps) / 2 + 0.5);
    taps[size_t(k)] = bessel_i0(shape * std::sqrt(1.0 - at * at)) * std::sin(angle) / angle;
    sum += taps[size_t(k)];
  }
  std::array<float, kTaps> filter{};
  for (size_t k = 0; k < filter.size(); ++k) filter[k] = float(taps[k] / sum);
  return filter;
}

Bigvgan::Bigvgan(Backend& backend, ParameterSource& source, const std::string& name,
                 const HifiganConfig& c, int64_t mels, bool final_tanh, Precision precision)
    : filter_(kaiser_sinc_filter()),
      final_tanh_(final_tanh),
      reach_(blocks_reach(c, compute::kSnakeReach)),
      context_(decoder_context(c, compute::kSnakeReach)) {
  const std::string prefix = name.empty() ? "" : name + ".";
  Conv1d::Options normed;
  normed.weight_norm = true;
  normed.init = Init::normal(0.01f);
  pre_ = Conv1d(backend, source, prefix + "conv_pre",
                same_conv(mels, c.initial_channels, kEdgeKernel, 1, 1, precision), normed);
  int64_t channels = c.initial_channels;
  for (size_t i = 0; i < c.upsample_rates.size(); ++i) {
    Stage stage;
    stage.up = Conv1d(backend, source, prefix + "ups." + std::to_string(i) + ".0",
                      upsampling_conv(c, i, channels, precision), normed);
    channels /= 2;
    stage.channels = channels;
    for (size_t j = 0; j < c.resblock_kernels.size(); ++j) {
      const std::string of_block =
          prefix + "resblocks." + std::to_string(i * c.resblock_kernels.size() + j);
      const int64_t kernel = c.resblock_kernels[j];
      Block block;
      for (size_t k = 0; k < c.resblock_dilations[j].size(); ++k) {
        const std::string n = std::to_string(k);
        for (const size_t m : {2 * k, 2 * k + 1})
          block.snakes.push_back(
              snake(backend, source, of_block + ".activations." + std::to_string(m), channels));
        block.first.emplace_back(
            backend, source, of_block + ".convs1." + n,
            same_conv(channels, channels, kernel, c.resblock_dilations[j][k], 1, precision),
            normed);
        block.second.emplace_back(backend, source, of_block + ".convs2." + n,
                                  same_conv(channels, channels, kernel, 1, 1, precision), normed);
      }
      stage.blocks.push_back(std::move(block));
    }
    stages_.push_back(std::move(stage));
  }
  last_ = snake(backend, source, prefix + "activation_post", channels);
  normed.bias = c.final_bias;
  post_ = Conv1d(backend, source, prefix + "conv_post",
                 same_conv(channels, 1, kEdgeKernel, 1, 1, Precision::kF32), normed);
}

Bigvgan::Snake Bigvgan::snake(Backend& backend, ParameterSource& source, const std::string& name,
                              int64_t channels) const {
  return {backend.parameter(source.get(name + ".act.alpha", {channels}, Init::zeros())),
          backend.parameter(source.get(name + ".act.beta", {channels}, Init::zeros()))};
}

Tensor Bigvgan::activate(Backend& backend, const Snake& snake, const Tensor& x) const {
  return backend.filtered_snake(x, snake.alpha, snake.beta, filter_);
}

Tensor Bigvgan::run(Backend& backend, const Block& block, Tensor x) const {
  for (size_t i = 0; i < block.first.size(); ++i) {
    const Tensor y = block.first[i](backend, activate(backend, block.snakes[2 * i], x));
    Epilogue sum;
    sum.residual = x;
    x = block.second[i](backend, activate(backend, block.snakes[2 * i + 1], y), sum);
  }
  return x;
}

Tensor Bigvgan::run_blocks(Backend& backend, size_t stage, const Tensor& x,
                           const StageTrace& trace) const {
  const std::vector<Block>& blocks = stages_[stage].blocks;
  Tensor sum;
  for (size_t j = 0; j < blocks.size(); ++j) {
    const Tensor y = run(backend, blocks[j], x);
    if (trace) trace("res" + std::to_string(stage * blocks.size() + j), y);
    sum = sum ? backend.add(sum, y) : y;
  }
  return backend.affine(sum, 1.0f / float(blocks.size()), 0.0f);
}

Tensor Bigvgan::decode(Backend& backend, const Tensor& mel, const StageTrace& trace) const {
  const auto tell = [&trace](const std::string& stage, const Tensor& value) {
    if (trace) trace(stage, value);
  };
  Tensor x = pre_(backend, mel);
  tell("conv_pre", x);
  for (size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    x = stage.up(backend, x);
    tell("ups" + std::to_string(i), x);
    // Wide stages compute enough per value not to wait for memory, and have too few frames for the
    // context of a piece to be a small part of it.
    const int64_t piece = kPieceValues / stage.channels;
    const auto blocks = [&](const Tensor& part) { return run_blocks(backend, i, part, trace); };
    x = piece < 16 * reach_ ? blocks(x) : in_pieces(backend, x, piece, reach_, blocks);
  }
  x = activate(backend, last_, x);
  tell("act_post", x);
  x = post_(backend, x);
  return final_tanh_ ? backend.activate(x, compute::Activation::kTanh)
                     : backend.clamp(x, -1.0f, 1.0f);
}

Tensor Bigvgan::decode(Backend& backend, const Tensor& z, const Tensor& /*style*/,
                       const Tensor& /*excitation*/) const {
  return decode(backend, z, StageTrace());
}

}  // namespace myna::models
