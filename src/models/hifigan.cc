#include "models/hifigan.h"

#include <algorithm>

#include "compute/symbolic_size.h"

namespace myna::models {
namespace {

constexpr float kSlope = 0.1f;       ///< of the leaky ReLUs
constexpr float kLastSlope = 0.01f;  ///< of the one before conv_post
constexpr int64_t kEdgeKernel = 7;   ///< of conv_pre and conv_post

/// Values of one tensor of a piece of run_pieces: half a megabyte, of which a few fit into a second
/// level cache.
constexpr int64_t kPieceValues = 131072;

/// Frames on each side that a stage's blocks depend on.
int64_t block_reach(const HifiganConfig& c) {
  int64_t widest = 0;
  for (size_t j = 0; j < c.resblock_kernels.size(); ++j) {
    int64_t reach = 0;
    for (int64_t dilation : c.resblock_dilations[j]) {
      reach += (c.resblock_kernels[j] / 2) * (dilation + (c.resblock == 1 ? 1 : 0));
    }
    widest = std::max(widest, reach);
  }
  return widest;
}

/// Input frames on each side that a sample depends on, followed from the output to the input.
int64_t context(const HifiganConfig& c) {
  int64_t need = kEdgeKernel / 2;
  for (size_t stage = c.upsample_rates.size(); stage-- > 0;) {
    need += block_reach(c);
    // Output sample n of the transposed convolution reads inputs (n + crop - kernel + 1) / rate up
    // to (n + crop) / rate.
    const int64_t rate = c.upsample_rates[stage], kernel = c.upsample_kernels[stage];
    const int64_t crop = (kernel - rate) / 2;
    need = std::max((need + kernel - 1 - crop) / rate, (need + crop + rate - 1) / rate);
  }
  return need + kEdgeKernel / 2;
}

}  // namespace

Hifigan::Hifigan(Backend& backend, ParameterSource& source, const std::string& name,
                 const HifiganConfig& c, int64_t in_channels, int64_t gin_channels,
                 Precision precision)
    : context_(context(c)) {
  Conv1d::Options normed;
  normed.weight_norm = true;
  normed.init = Init::normal(0.01f);

  pre_ = Conv1d(backend, source, name + ".conv_pre",
                same_conv(in_channels, c.initial_channels, kEdgeKernel, 1, 1, precision));
  cond_ = Conv1d(backend, source, name + ".cond",
                 same_conv(gin_channels, c.initial_channels, 1, 1, 1, precision));
  int64_t channels = c.initial_channels;
  for (size_t i = 0; i < c.upsample_rates.size(); ++i) {
    Stage stage;
    ConvSpec up;
    up.in = channels;
    up.out = channels / 2;
    up.kernel = c.upsample_kernels[i];
    up.stride = c.upsample_rates[i];
    up.pad_left = up.pad_right = (up.kernel - up.stride) / 2;
    up.transposed = true;
    up.precision = precision;
    stage.up = Conv1d(backend, source, name + ".ups." + std::to_string(i), up, normed);
    channels /= 2;
    stage.channels = channels;
    stage.reach = block_reach(c);
    for (size_t j = 0; j < c.resblock_kernels.size(); ++j) {
      const std::string block_name =
          name + ".resblocks." + std::to_string(i * c.resblock_kernels.size() + j);
      Resblock block;
      for (size_t k = 0; k < c.resblock_dilations[j].size(); ++k) {
        const std::string n = "." + std::to_string(k);
        block.first.emplace_back(backend, source,
                                 block_name + (c.resblock == 1 ? ".convs1" : ".convs") + n,
                                 same_conv(channels, channels, c.resblock_kernels[j],
                                           c.resblock_dilations[j][k], 1, precision),
                                 normed);
        if (c.resblock != 1) continue;
        block.second.emplace_back(
            backend, source, block_name + ".convs2" + n,
            same_conv(channels, channels, c.resblock_kernels[j], 1, 1, precision), normed);
      }
      stage.blocks.push_back(std::move(block));
    }
    stages_.push_back(std::move(stage));
  }
  Conv1d::Options plain;
  plain.bias = false;
  post_ = Conv1d(backend, source, name + ".conv_post",
                 same_conv(channels, 1, kEdgeKernel, 1, 1, Precision::kF32), plain);
}

Tensor Hifigan::run(Backend& backend, const Resblock& block, const Tensor& input,
                    const Tensor& activated) {
  Tensor x = input;
  for (size_t i = 0; i < block.first.size(); ++i) {
    Tensor y = i == 0 ? activated : backend.activate(x, compute::Activation::kLeakyRelu, kSlope);
    Epilogue sum;
    sum.residual = x;
    if (block.second.empty()) {
      x = block.first[i](backend, y, sum);
      continue;
    }
    Epilogue leaky;
    leaky.activation = compute::Activation::kLeakyRelu;
    leaky.slope = kSlope;
    y = block.first[i](backend, y, leaky);
    x = block.second[i](backend, y, sum);
  }
  return x;
}

Tensor Hifigan::run_blocks(Backend& backend, const Stage& stage, const Tensor& x) {
  const Tensor activated = backend.activate(x, compute::Activation::kLeakyRelu, kSlope);
  Tensor sum;
  for (const Resblock& block : stage.blocks) {
    const Tensor y = run(backend, block, x, activated);
    sum = sum ? backend.add(sum, y) : y;
  }
  return backend.affine(sum, 1.0f / float(stage.blocks.size()), 0.0f);
}

Tensor Hifigan::run_pieces(Backend& backend, const Stage& stage, const Tensor& x) {
  const int64_t frames = x.dim(2);
  const int64_t piece = std::max(kPieceValues / stage.channels, 4 * stage.reach);
  if (frames < 2 * piece || compute::is_symbolic(frames)) return run_blocks(backend, stage, x);
  std::vector<Tensor> pieces;
  for (int64_t begin = 0; begin < frames; begin += piece) {
    const int64_t end = std::min(begin + piece, frames);
    const int64_t from = std::max<int64_t>(0, begin - stage.reach);
    const int64_t to = std::min(frames, end + stage.reach);
    const Tensor y = run_blocks(backend, stage, backend.slice(x, 2, from, to));
    pieces.push_back(backend.slice(y, 2, begin - from, end - from));
  }
  return backend.concat(pieces, 2);
}

Tensor Hifigan::decode(Backend& backend, const Tensor& z, const Tensor& style,
                       const Tensor& /*excitation*/) const {
  Tensor x = backend.add(pre_(backend, z), cond_(backend, style));
  for (const Stage& stage : stages_) {
    x = stage.up(backend, backend.activate(x, compute::Activation::kLeakyRelu, kSlope));
    x = run_pieces(backend, stage, x);
  }
  x = backend.activate(x, compute::Activation::kLeakyRelu, kLastSlope);
  Epilogue tanh;
  tanh.activation = compute::Activation::kTanh;
  return post_(backend, x, tanh);
}

}  // namespace myna::models
