#include "models/hifigan.h"

#include <algorithm>

#include "models/upsampling.h"

namespace myna::models {
namespace {

constexpr float kSlope = 0.1f;       ///< of the leaky ReLUs
constexpr float kLastSlope = 0.01f;  ///< of the one before conv_post

}  // namespace

Hifigan::Hifigan(Backend& backend, ParameterSource& source, const std::string& name,
                 const HifiganConfig& c, int64_t in_channels, int64_t gin_channels,
                 Precision precision)
    : reach_(blocks_reach(c, 0)), context_(decoder_context(c, 0)) {
  const std::string prefix = name.empty() ? "" : name + ".";
  Conv1d::Options normed;
  normed.weight_norm = true;
  normed.init = Init::normal(0.01f);

  pre_ = Conv1d(backend, source, prefix + "conv_pre",
                same_conv(in_channels, c.initial_channels, kEdgeKernel, 1, 1, precision));
  if (gin_channels > 0) {
    cond_ = Conv1d(backend, source, prefix + "cond",
                   same_conv(gin_channels, c.initial_channels, 1, 1, 1, precision));
  }
  int64_t channels = c.initial_channels;
  for (size_t i = 0; i < c.upsample_rates.size(); ++i) {
    Stage stage;
    stage.up = Conv1d(backend, source, prefix + "ups." + std::to_string(i),
                      upsampling_conv(c, i, channels, precision), normed);
    channels /= 2;
    stage.channels = channels;
    stage.rate = c.upsample_rates[i];
    stage.context = stage_context(c, 0, i);
    for (size_t j = 0; j < c.resblock_kernels.size(); ++j) {
      const std::string block_name =
          prefix + "resblocks." + std::to_string(i * c.resblock_kernels.size() + j);
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
  plain.bias = c.final_bias;
  post_ = Conv1d(backend, source, prefix + "conv_post",
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

/// Samples of the frames [begin, end).
Tensor Hifigan::generate(Backend& backend, const Tensor& z, const Tensor& style, int64_t begin,
                         int64_t end, const StageTrace& trace) const {
  const auto tell = [&trace](const std::string& stage, const Tensor& value) {
    if (trace) trace(stage, value);
  };
  int64_t frames = z.dim(2);
  Tensor x = pre_(backend, z);
  tell("conv_pre", x);
  if (cond_) x = backend.add(x, cond_(backend, style));
  for (size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    x = stage.up(backend, backend.activate(x, compute::Activation::kLeakyRelu, kSlope));
    tell("ups" + std::to_string(i), x);
    // Later stages look at fewer and fewer of the input's frames: what is left over is dropped.
    const int64_t from = std::max<int64_t>(0, begin * stage.rate - stage.context);
    const int64_t to = std::min(frames * stage.rate, end * stage.rate + stage.context);
    if (to - from < frames * stage.rate) x = backend.slice(x, 2, from, to);
    begin = begin * stage.rate - from;
    end = end * stage.rate - from;
    frames = to - from;
    const int64_t piece = std::max(kPieceValues / stage.channels, 4 * reach_);
    x = in_pieces(backend, x, piece, reach_,
                  [&](const Tensor& part) { return run_blocks(backend, stage, part); });
  }
  x = backend.activate(x, compute::Activation::kLeakyRelu, kLastSlope);
  Epilogue tanh;
  tanh.activation = compute::Activation::kTanh;
  x = post_(backend, x, tanh);
  return end - begin < frames ? backend.slice(x, 2, begin, end) : x;
}

Tensor Hifigan::decode(Backend& backend, const Tensor& z, const Tensor& style,
                       const StageTrace& trace) const {
  return generate(backend, z, style, 0, z.dim(2), trace);
}

Tensor Hifigan::decode(Backend& backend, const Tensor& z, const Tensor& style,
                       const Tensor& /*excitation*/) const {
  return generate(backend, z, style, 0, z.dim(2), {});
}

Tensor Hifigan::decode_part(Backend& backend, const Tensor& z, const Tensor& style,
                            const Tensor& /*excitation*/, int64_t begin, int64_t end) const {
  return generate(backend, z, style, begin, end, {});
}

}  // namespace myna::models
