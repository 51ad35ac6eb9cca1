#include "models/dit.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr float kEpsilon = 1e-6f;           // of all norms here
constexpr int64_t kSinusoids = 256;         // of a number's embedding
constexpr double kNumberScale = 1000;       // times and step lengths are in 0 ... 1
constexpr double kBase = 10000;             // of the wavelengths
constexpr int64_t kLongestPosition = 4096;  // later frames are told the same position

Linear linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
              int64_t out, Precision precision) {
  Linear::Options options;
  options.precision = precision;
  return Linear(backend, source, name, in, out, options);
}

/// Linear layers with zero weights at first, so that a fresh network begins as the identity.
Linear zero_linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
                   int64_t out, Precision precision) {
  Linear::Options options;
  options.precision = precision;
  options.init = options.bias_init = Init::zeros();
  return Linear(backend, source, name, in, out, options);
}

/// 1 / x of positive values.
Tensor reciprocal(Backend& backend, const Tensor& x) {
  using compute::Activation;
  return backend.activate(backend.affine(backend.activate(x, Activation::kLog), -1.0f, 0.0f),
                          Activation::kExp);
}

/// cos and sin of position * frequency, [T, dim]: the cosines first.
Tensor position_table(Backend& backend, int64_t frames, int64_t dim) {
  const int64_t half = dim / 2;
  std::vector<float> table(size_t(frames * dim));
  for (int64_t t = 0; t < frames; ++t) {
    const auto position = double(std::min(t, kLongestPosition - 1));
    for (int64_t i = 0; i < half; ++i) {
      const double angle = position * std::pow(kBase, -2.0 * double(i) / double(dim));
      table[size_t(t * dim + i)] = float(std::cos(angle));
      table[size_t(t * dim + half + i)] = float(std::sin(angle));
    }
  }
  return backend.from_host(HostTensor::from_floats({frames, dim}, std::move(table)));
}

/// x * (1 + scale) + shift after a norm without gain; scale and shift [rows, dim].
Tensor modulated_norm(Backend& backend, const Tensor& x, const Tensor& scale, const Tensor& shift) {
  const Tensor gain = backend.affine(scale, 1.0f, 1.0f);
  const int64_t dim = x.dim(2);
  if (scale.dim(0) == 1) {
    return backend.layer_norm(x, backend.reshape(gain, {dim}), backend.reshape(shift, {dim}),
                              kEpsilon);
  }
  const Tensor normed = backend.layer_norm(x, {}, {}, kEpsilon);
  return backend.add(backend.mul(normed, backend.reshape(gain, {-1, 1, dim})),
                     backend.reshape(shift, {-1, 1, dim}));
}

}  // namespace

Dit::TimeEmbedding Dit::time_embedding(Backend& backend, ParameterSource& source,
                                       const std::string& name) const {
  return {linear(backend, source, name + ".time_mlp.0", kSinusoids, config_.dim, Precision::kF32),
          linear(backend, source, name + ".time_mlp.2", config_.dim, config_.dim, Precision::kF32)};
}

Dit::Dit(Backend& backend, ParameterSource& source, const std::string& name,
         const DitConfig& config, Precision precision)
    : config_(config) {
  const int64_t dim = config.dim, text = config.conditions;
  time_ = time_embedding(backend, source, name + ".time_embed");
  step_ = time_embedding(backend, source, name + ".d_embed");
  for (int64_t i = 0; i < config.text_layers; ++i) {
    const std::string n = name + ".text_embed.text_blocks." + std::to_string(i);
    TextBlock block;
    block.depthwise =
        Conv1d(backend, source, n + ".dwconv", same_conv(text, text, 7, 1, text, Precision::kF32));
    block.norm = LayerNorm(backend, source, n + ".norm", text, kEpsilon);
    block.up = linear(backend, source, n + ".pwconv1", text, config.text_ffn, Precision::kF32);
    block.down = linear(backend, source, n + ".pwconv2", config.text_ffn, text, Precision::kF32);
    const Shape shape = {1, 1, config.text_ffn};
    block.gamma = backend.parameter(source.get(n + ".grn.gamma", shape, Init::zeros()));
    block.beta = backend.parameter(source.get(n + ".grn.beta", shape, Init::zeros()));
    text_.push_back(std::move(block));
  }
  const std::string in = name + ".input_embed";
  in_ = linear(backend, source, in + ".proj", 2 * config.mel + text, dim, precision);
  for (int i = 0; i < 2; ++i) {
    position_[i] =
        Conv1d(backend, source, in + ".conv_pos_embed.conv1d." + std::to_string(2 * i),
               same_conv(dim, dim, config.position_kernel, 1, config.position_groups, precision));
  }
  for (int64_t i = 0; i < config.depth; ++i) {
    const std::string n = name + ".transformer_blocks." + std::to_string(i);
    Block block;
    block.modulation =
        zero_linear(backend, source, n + ".attn_norm.linear", dim, 6 * dim, precision);
    block.q = linear(backend, source, n + ".attn.to_q", dim, dim, precision);
    block.k = linear(backend, source, n + ".attn.to_k", dim, dim, precision);
    block.v = linear(backend, source, n + ".attn.to_v", dim, dim, precision);
    block.out = linear(backend, source, n + ".attn.to_out.0", dim, dim, precision);
    block.up = linear(backend, source, n + ".ff.ff.0.0", dim, config.ffn, precision);
    block.down = linear(backend, source, n + ".ff.ff.2", config.ffn, dim, precision);
    blocks_.push_back(std::move(block));
  }
  last_modulation_ =
      zero_linear(backend, source, name + ".norm_out.linear", dim, 2 * dim, precision);
  out_ = zero_linear(backend, source, name + ".proj_out", dim, config.mel, precision);
}

/// Global response norm of ConvNeXt V2 (Woo et al. 2023): a channel counts by its energy over time.
Tensor Dit::run(Backend& backend, const TextBlock& block, const Tensor& x) {
  using compute::Activation;
  const Tensor mixed =
      backend.transpose(block.depthwise(backend, backend.transpose(x, 1, 2)), 1, 2);
  Epilogue gelu;
  gelu.activation = Activation::kGelu;
  const Tensor y = block.up(backend, block.norm(backend, mixed), gelu);  // [B, T, ffn]
  const Tensor squares = backend.transpose(backend.mul(y, y), 1, 2);
  const Tensor norms = backend.activate(
      backend.affine(backend.mean_frames(squares), float(x.dim(1)), 0.0f), Activation::kSqrt);
  const Tensor row = backend.transpose(norms, 1, 2);  // [B, 1, ffn]
  const Tensor mean = backend.affine(backend.mean_frames(row), 1.0f, kEpsilon);
  const Tensor share = backend.mul(row, reciprocal(backend, mean));
  const Tensor gain = backend.affine(backend.mul(block.gamma, share), 1.0f, 1.0f);
  Epilogue sum;
  sum.residual = x;
  return block.down(backend, backend.add(backend.mul(y, gain), block.beta), sum);
}

Tensor Dit::embed(Backend& backend, const Tensor& conditions) const {
  Tensor x = backend.transpose(conditions, 1, 2);
  x = backend.add(x, position_table(backend, x.dim(1), config_.conditions));
  for (const TextBlock& block : text_) x = run(backend, block, x);
  return x;
}

Tensor Dit::embed_numbers(Backend& backend, const TimeEmbedding& layers,
                          std::span<const float> numbers) {
  constexpr int64_t kHalf = kSinusoids / 2;
  std::vector<float> waves(numbers.size() * size_t(kSinusoids));
  for (size_t n = 0; n < numbers.size(); ++n) {
    for (int64_t i = 0; i < kHalf; ++i) {
      const double frequency = std::pow(kBase, -double(i) / double(kHalf - 1));
      const double angle = kNumberScale * double(numbers[n]) * frequency;
      waves[n * size_t(kSinusoids) + size_t(i)] = float(std::sin(angle));
      waves[n * size_t(kSinusoids) + size_t(kHalf + i)] = float(std::cos(angle));
    }
  }
  const Tensor x = backend.from_host(
      HostTensor::from_floats({int64_t(numbers.size()), kSinusoids}, std::move(waves)));
  Epilogue silu;
  silu.activation = compute::Activation::kSilu;
  return layers.out(backend, layers.in(backend, x, silu));
}

DitModulation Dit::modulation(Backend& backend, std::span<const float> times,
                              std::span<const float> steps, DitTrace* trace) const {
  if (times.empty() || times.size() != steps.size())
    throw Error(ErrorCode::kInternal, "one step length per time is needed", "Dit::modulation");
  const Tensor time = embed_numbers(backend, time_, times);
  const Tensor step = embed_numbers(backend, step_, steps);
  if (trace) trace->time = time, trace->step = step;
  const Tensor both = backend.activate(backend.add(time, step), compute::Activation::kSilu);
  DitModulation out;
  for (const Block& block : blocks_) out.blocks.push_back(block.modulation(backend, both));
  out.last = last_modulation_(backend, both);
  return out;
}

DitModulation Dit::row(Backend& backend, const DitModulation& all, int64_t index) {
  DitModulation out;
  for (const Tensor& block : all.blocks)
    out.blocks.push_back(backend.slice(block, 0, index, index + 1));
  out.last = backend.slice(all.last, 0, index, index + 1);
  return out;
}

Dit::Rotation Dit::rotation(Backend& backend, int64_t frames) const {
  const int64_t width = config_.dim / config_.heads, pairs = width / 2;
  std::vector<float> cosines(size_t(frames * pairs)), sines(cosines.size());
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t i = 0; i < pairs; ++i) {
      const double angle = double(t) * std::pow(kBase, -2.0 * double(i) / double(width));
      cosines[size_t(t * pairs + i)] = float(std::cos(angle));
      sines[size_t(t * pairs + i)] = float(std::sin(angle));
    }
  }
  const Shape shape = {frames, pairs, 1};
  return {backend.from_host(HostTensor::from_floats(shape, std::move(cosines))),
          backend.from_host(HostTensor::from_floats(shape, std::move(sines)))};
}

/// Turns neighbouring features of the first head as points of a plane.
Tensor Dit::rotate(Backend& backend, const Tensor& x, const Rotation& rotation) const {
  const int64_t rows = x.dim(0), frames = x.dim(1), width = config_.dim / config_.heads;
  const Tensor pairs = backend.reshape(backend.slice(x, 2, 0, width), {rows, frames, width / 2, 2});
  const Tensor a = backend.slice(pairs, 3, 0, 1), b = backend.slice(pairs, 3, 1, 2);
  const Tensor turned =
      backend.concat({backend.sub(backend.mul(a, rotation.cos), backend.mul(b, rotation.sin)),
                      backend.add(backend.mul(b, rotation.cos), backend.mul(a, rotation.sin))},
                     3);
  const Tensor head = backend.reshape(turned, {rows, frames, width});
  if (width == config_.dim) return head;
  return backend.concat({head, backend.slice(x, 2, width, config_.dim)}, 2);
}

Tensor Dit::run(Backend& backend, const Block& block, const Tensor& x, const Tensor& modulation,
                const Rotation& rotation, const Lengths& lengths) const {
  const int64_t dim = config_.dim;
  const auto part = [&](int64_t index) {
    return backend.slice(modulation, 1, index * dim, (index + 1) * dim);
  };
  const auto gate = [&](int64_t index) { return backend.reshape(part(index), {-1, 1, dim}); };

  Tensor y = modulated_norm(backend, x, part(1), part(0));
  compute::AttentionMask mask;
  mask.key_lengths = lengths;
  const Tensor q = rotate(backend, block.q(backend, y), rotation);
  const Tensor k = rotate(backend, block.k(backend, y), rotation);
  y = backend.attention(q, k, block.v(backend, y), config_.heads, mask);
  y = block.out(backend, y);
  if (!lengths.empty())
    y = backend.transpose(backend.mask_frames(backend.transpose(y, 1, 2), lengths), 1, 2);
  const Tensor attended = backend.add(x, backend.mul(y, gate(2)));

  y = modulated_norm(backend, attended, part(4), part(3));
  Epilogue gelu;
  gelu.activation = compute::Activation::kGeluTanh;
  y = block.down(backend, block.up(backend, y, gelu));
  return backend.add(attended, backend.mul(y, gate(5)));
}

Tensor Dit::velocity(Backend& backend, const Tensor& x, const Tensor& prompt,
                     const Tensor& embedded, const DitModulation& modulation,
                     const Lengths& lengths, DitTrace* trace) const {
  Tensor y = in_(
      backend,
      backend.concat({backend.transpose(x, 1, 2), backend.transpose(prompt, 1, 2), embedded}, 2));
  const Tensor frames = backend.transpose(y, 1, 2);
  Epilogue mish;
  mish.activation = compute::Activation::kMish;
  const Tensor once = position_[0](backend, frames, mish);
  mish.residual = frames;
  y = backend.transpose(position_[1](backend, once, mish), 1, 2);
  if (trace) trace->input = y;

  const Rotation turned = rotation(backend, y.dim(1));
  for (size_t i = 0; i < blocks_.size(); ++i) {
    y = run(backend, blocks_[i], y, modulation.blocks[i], turned, lengths);
    if (trace && i == 0) trace->block = y;
  }
  const int64_t dim = config_.dim;
  y = modulated_norm(backend, y, backend.slice(modulation.last, 1, 0, dim),
                     backend.slice(modulation.last, 1, dim, 2 * dim));
  return out_(backend, y);
}

}  // namespace myna::models
