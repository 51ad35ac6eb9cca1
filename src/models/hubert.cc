#include "models/hubert.h"

#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

using compute::Activation;

const Epilogue kGelu{.activation = Activation::kGelu};

/// The positional convolution is weight-normalised over its kernel axis (unlike every other
/// weight-normalised layer), so its weight is folded here: w[:, :, k] = g[k] v[:, :, k] / norm.
Parameter position_weight(ParameterSource& source, const std::string& name, const Shape& shape) {
  std::string gain = name + ".weight_g", direction = name + ".weight_v";
  if (source.contains(name + ".parametrizations.weight.original0")) {
    gain = name + ".parametrizations.weight.original0";
    direction = name + ".parametrizations.weight.original1";
  } else if (!source.contains(gain)) {
    return source.get(name + ".weight", shape, Init::fan_in(shape[1] * shape[2]));
  }
  const int64_t kernel = shape[2];
  const auto g = source.get(gain, {1, 1, kernel}, Init::ones()).value.to_floats();
  auto v = source.get(direction, shape, Init::fan_in(shape[1] * kernel)).value.to_floats();
  std::vector<double> norms(size_t(kernel), 0.0);
  for (size_t at = 0; at < v.size(); at += norms.size())
    for (size_t k = 0; k < norms.size(); ++k) norms[k] += double(v[at + k]) * double(v[at + k]);
  for (double& norm : norms) norm = std::sqrt(norm);
  for (size_t at = 0; at < v.size(); at += norms.size())
    for (size_t k = 0; k < norms.size(); ++k)
      v[at + k] = float(double(g[k]) * double(v[at + k]) / norms[k]);
  return {name + ".weight", HostTensor::from_floats(shape, std::move(v))};
}

}  // namespace

HubertConfig HubertConfig::from_json(const Json& json, const std::string& subject) {
  HubertConfig c;
  using Sizes = std::vector<int64_t>;
  c.conv_dim = value_or<Sizes>(json, "conv_dim", c.conv_dim, subject);
  c.conv_kernel = value_or<Sizes>(json, "conv_kernel", c.conv_kernel, subject);
  c.conv_stride = value_or<Sizes>(json, "conv_stride", c.conv_stride, subject);
  c.conv_bias = value_or<bool>(json, "conv_bias", c.conv_bias, subject);
  c.width = require<int64_t>(json, "hidden_size", subject);
  c.feed_forward = require<int64_t>(json, "intermediate_size", subject);
  c.heads = require<int64_t>(json, "num_attention_heads", subject);
  c.layers = require<int64_t>(json, "num_hidden_layers", subject);
  c.position_kernel = value_or<int64_t>(json, "num_conv_pos_embeddings", 128, subject);
  c.position_groups = value_or<int64_t>(json, "num_conv_pos_embedding_groups", 16, subject);
  c.epsilon = value_or<float>(json, "layer_norm_eps", c.epsilon, subject);
  if (value_or<std::string>(json, "feat_extract_norm", "group", subject) != "group" ||
      value_or<bool>(json, "do_stable_layer_norm", false, subject)) {
    throw Error(ErrorCode::kUnsupported,
                "this is a HuBERT with layer norm in its convolutions or before its layers; use "
                "the base model",
                subject);
  }

  const auto positive = [](int64_t value) { return value >= 1 && value <= 1 << 16; };
  const auto all = [&positive](const Sizes& sizes) {
    for (const int64_t size : sizes) {
      if (!positive(size)) return false;
    }
    return true;
  };
  const bool convs = !c.conv_dim.empty() && c.conv_dim.size() == c.conv_kernel.size() &&
                     c.conv_dim.size() == c.conv_stride.size() && all(c.conv_dim) &&
                     all(c.conv_kernel) && all(c.conv_stride);
  if (!convs) {
    throw Error(ErrorCode::kInvalidModel,
                "conv_dim, conv_kernel and conv_stride must be equally long lists of positive "
                "numbers",
                subject);
  }
  if (!all({c.width, c.feed_forward, c.heads, c.layers, c.position_kernel, c.position_groups}) ||
      c.width % c.heads != 0 || c.width % c.position_groups != 0) {
    throw Error(ErrorCode::kInvalidModel,
                "the HuBERT sizes must be positive, and hidden_size a multiple of the numbers of "
                "heads and of positional groups",
                subject);
  }
  return c;
}

int64_t HubertConfig::frames(int64_t samples) const {
  for (size_t i = 0; i < conv_kernel.size(); ++i) {
    if (samples < conv_kernel[i]) return 0;
    samples = (samples - conv_kernel[i]) / conv_stride[i] + 1;
  }
  return samples;
}

Hubert::Hubert(std::shared_ptr<Backend> backend, ParameterSource& source,
               const HubertConfig& config, Precision precision)
    : config_(config), backend_(std::move(backend)) {
  Backend& b = *backend_;
  const int64_t width = config_.width;
  for (size_t i = 0; i < config_.conv_dim.size(); ++i) {
    ConvSpec spec;
    spec.in = i == 0 ? 1 : config_.conv_dim[i - 1];
    spec.out = config_.conv_dim[i];
    spec.kernel = config_.conv_kernel[i];
    spec.stride = config_.conv_stride[i];
    const std::string name = "feature_extractor.conv_layers." + std::to_string(i);
    convs_.emplace_back(b, source, name + ".conv", spec,
                        Conv1d::Options{.bias = config_.conv_bias});
    if (i == 0) {  // one group per channel, always with epsilon 1e-5
      first_norm_ = GroupNorm(b, source, name + ".layer_norm", spec.out, spec.out);
    }
  }
  const int64_t channels = config_.conv_dim.back();
  feature_norm_ = LayerNorm(b, source, "feature_projection.layer_norm", channels, config_.epsilon);
  projection_ = Linear(b, source, "feature_projection.projection", channels, width);

  ConvSpec spec;
  spec.in = spec.out = width;
  spec.kernel = config_.position_kernel;
  spec.groups = config_.position_groups;
  // The reference pads kernel / 2 on both sides and drops the last frame of an even kernel.
  spec.pad_left = config_.position_kernel / 2;
  spec.pad_right = config_.position_kernel - 1 - spec.pad_left;
  const std::string name = "encoder.pos_conv_embed.conv";
  compute::WeightParameter weight;
  weight.weight = position_weight(source, name, {width, width / spec.groups, spec.kernel});
  position_ = Conv1d(b, spec, weight, source.get(name + ".bias", {width}, Init::zeros()));
  encoder_norm_ = LayerNorm(b, source, "encoder.layer_norm", width, config_.epsilon);

  const Linear::Options narrow{.precision = precision};
  for (int64_t i = 0; i < config_.layers; ++i) {
    const std::string at = "encoder.layers." + std::to_string(i) + ".";
    Layer layer;
    layer.query = Linear(b, source, at + "attention.q_proj", width, width, narrow);
    layer.key = Linear(b, source, at + "attention.k_proj", width, width, narrow);
    layer.value = Linear(b, source, at + "attention.v_proj", width, width, narrow);
    layer.out = Linear(b, source, at + "attention.out_proj", width, width, narrow);
    layer.attention_norm = LayerNorm(b, source, at + "layer_norm", width, config_.epsilon);
    layer.up = Linear(b, source, at + "feed_forward.intermediate_dense", width,
                      config_.feed_forward, narrow);
    layer.down =
        Linear(b, source, at + "feed_forward.output_dense", config_.feed_forward, width, narrow);
    layer.final_norm = LayerNorm(b, source, at + "final_layer_norm", width, config_.epsilon);
    layers_.push_back(std::move(layer));
  }
}

Tensor Hubert::positions(const Tensor& x) const {
  Backend& b = *backend_;
  return b.transpose(position_(b, b.transpose(x, 1, 2), kGelu), 1, 2);
}

Tensor Hubert::run_layer(const Layer& layer, const Tensor& x) const {
  Backend& b = *backend_;
  const Tensor attended =
      b.attention(layer.query(b, x), layer.key(b, x), layer.value(b, x), config_.heads);
  const Tensor y = layer.attention_norm(b, layer.out(b, attended, {.residual = x}));
  return layer.final_norm(b, layer.down(b, layer.up(b, y, kGelu), {.residual = y}));
}

Tensor Hubert::forward(const Tensor& wave, const Probe& probe) const {
  Backend& b = *backend_;
  const auto tell = [&probe](const std::string& stage, const Tensor& value) {
    if (probe) probe(stage, value);
  };
  if (config_.frames(wave.dim(2)) < 1) {
    throw Error(ErrorCode::kInvalidAudio,
                "the recording is shorter than one frame of the content encoder; record a longer "
                "one");
  }
  Tensor x = wave;
  for (size_t i = 0; i < convs_.size(); ++i) {
    x = i == 0 ? b.activate(first_norm_(b, convs_[i](b, x)), Activation::kGelu)
               : convs_[i](b, x, kGelu);
    tell("conv" + std::to_string(i), x);
  }
  x = projection_(b, feature_norm_(b, b.transpose(x, 1, 2)));
  tell("proj", x);
  const Tensor place = positions(x);
  tell("pos", place);
  x = encoder_norm_(b, b.add(x, place));
  for (size_t i = 0; i < layers_.size(); ++i) {
    x = run_layer(layers_[i], x);
    tell("layer" + std::to_string(i), x);
  }
  return x;
}

}  // namespace myna::models
