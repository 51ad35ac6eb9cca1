#include "models/eres2net.h"

#include <cmath>
#include <utility>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr float kEpsilon = 1e-5f;   // of the batch norms
constexpr float kCeiling = 20.0f;   // of the activations inside the blocks
constexpr int64_t kGateShrink = 4;  // a gate's inner channels are a quarter of its maps'
constexpr size_t kFirstGated = 2;   // stage from which the groups are weighed, not added
constexpr int64_t kBandStride = 8;  // bands of the input per band of the last map

int64_t stage_stride(size_t stage) { return stage == 0 ? 1 : 2; }

/// The convolution NAME.weight (and NAME.bias) with the batch norm `norm` behind it, if any.
BandConv folded(Backend& backend, ParameterSource& source, const std::string& name,
                const std::string& norm, const Shape& shape, int64_t stride, bool with_bias) {
  const int64_t out = shape[0], fan = shape[1] * shape[2] * shape[3];
  std::vector<float> weight =
      source.get(name + ".weight", shape, Init::fan_in(fan)).value.to_floats();
  std::vector<float> bias(size_t(out), 0.0f);
  if (with_bias) bias = source.get(name + ".bias", {out}, Init::fan_in(fan)).value.to_floats();
  if (!norm.empty()) {
    const auto values = [&](const char* part, Init init) {
      return source.get(norm + part, {out}, init).value.to_floats();
    };
    const std::vector<float> gain = values(".weight", Init::ones());
    const std::vector<float> shift = values(".bias", Init::zeros());
    const std::vector<float> mean = values(".running_mean", Init::zeros());
    const std::vector<float> variance = values(".running_var", Init::ones());
    for (size_t o = 0; o < size_t(out); ++o) {
      const double scale = double(gain[o]) / std::sqrt(double(variance[o]) + double(kEpsilon));
      for (size_t i = 0; i < size_t(fan); ++i) {
        float& w = weight[o * size_t(fan) + i];
        w = float(double(w) * scale);
      }
      bias[o] = float((double(bias[o]) - double(mean[o])) * scale + double(shift[o]));
    }
  }
  return BandConv(backend, HostTensor::from_floats(shape, std::move(weight)),
                  HostTensor::from_floats({out}, std::move(bias)), stride);
}

Tensor bounded(Backend& backend, const Tensor& x) { return backend.clamp(x, 0.0f, kCeiling); }

}  // namespace

int64_t Eres2netConfig::vector_size() const { return outputs.back() * (bands / kBandStride); }

Eres2netConfig Eres2netConfig::from_weights(
    const std::function<tensor::Shape(const std::string&)>& shape_of, const std::string& subject) {
  const auto size = [&](const std::string& name) {
    const tensor::Shape shape = shape_of(name);
    if (shape.size() == 4 && shape[0] > 0) return shape[0];
    throw Error(ErrorCode::kInvalidModel, "it lacks " + name + " of an ERes2NetV2", subject);
  };
  Eres2netConfig c;
  c.channels = size("conv1.weight");
  for (size_t stage = 0; stage < kStages; ++stage) {
    const std::string name = "layer" + std::to_string(stage + 1) + ".";
    c.widths[stage] = size(name + "0.convs.0.weight");
    c.outputs[stage] = size(name + "0.conv3.weight");
    c.groups = size(name + "0.conv1.weight") / c.widths[stage];
    c.blocks[stage] = 1;
    while (!shape_of(name + std::to_string(c.blocks[stage]) + ".conv3.weight").empty())
      ++c.blocks[stage];
  }
  return c;
}

Eres2netConfig Eres2netConfig::from_json(const Json& json, const std::string& subject) {
  constexpr int64_t kMost = 1 << 14;
  const auto checked = [&](int64_t value, const char* key) {
    if (value >= 1 && value <= kMost) return value;
    throw Error(ErrorCode::kInvalidModel,
                std::string("'") + key + "' must be between 1 and " + std::to_string(kMost),
                subject);
  };
  const auto one = [&](const char* key) {
    return checked(require<int64_t>(json, key, subject), key);
  };
  const auto four = [&](const char* key) {
    const auto values = require<std::vector<int64_t>>(json, key, subject);
    if (values.size() != kStages) {
      throw Error(ErrorCode::kInvalidModel, std::string("'") + key + "' must have four values",
                  subject);
    }
    std::array<int64_t, kStages> out{};
    for (size_t i = 0; i < kStages; ++i) out[i] = checked(values[i], key);
    return out;
  };
  Eres2netConfig c;
  c.bands = one("bands");
  c.channels = one("channels");
  c.blocks = four("blocks");
  c.widths = four("widths");
  c.outputs = four("outputs");
  c.groups = one("groups");
  if (c.bands % kBandStride != 0) {
    throw Error(ErrorCode::kInvalidModel, "'bands' must be a multiple of 8", subject);
  }
  return c;
}

Json Eres2netConfig::to_json() const {
  return {{"bands", bands},   {"channels", channels}, {"blocks", blocks},
          {"widths", widths}, {"outputs", outputs},   {"groups", groups}};
}

Eres2net::Eres2net(Backend& backend, ParameterSource& source, const Eres2netConfig& config)
    : backend_(backend), config_(config) {
  first_ = folded(backend, source, "conv1", "bn1", {config.channels, 1, 3, 3}, 1, false);
  int64_t in = config.channels;
  for (size_t stage = 0; stage < Eres2netConfig::kStages; ++stage) {
    for (int64_t n = 0; n < config.blocks[stage]; ++n) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(n);
      stages_[stage].push_back(
          make_block(source, name, stage, in, n == 0 ? stage_stride(stage) : 1));
      in = config.outputs[stage];
    }
  }
  const int64_t channels = config.outputs[3];
  down_ = folded(backend, source, "layer3_ds", "", {channels, config.outputs[2], 3, 3}, 2, false);
  last_gate_ = make_gate(source, "fuse34", channels);
}

Eres2net::Block Eres2net::make_block(ParameterSource& source, const std::string& name, size_t stage,
                                     int64_t in, int64_t stride) const {
  const int64_t width = config_.widths[stage], inner = width * config_.groups;
  const int64_t out = config_.outputs[stage];
  const auto conv = [&](const std::string& part, const std::string& norm, const Shape& shape,
                        int64_t step) {
    return folded(backend_, source, name + part, name + norm, shape, step, false);
  };
  Block block;
  block.width = width;
  block.in = conv(".conv1", ".bn1", {inner, in, 1, 1}, stride);
  for (int64_t g = 0; g < config_.groups; ++g) {
    const std::string at = std::to_string(g);
    block.groups.push_back(conv(".convs." + at, ".bns." + at, {width, width, 3, 3}, 1));
    if (stage >= kFirstGated && g + 1 < config_.groups) {
      block.gates.push_back(make_gate(source, name + ".fuse_models." + at, width));
    }
  }
  block.out = conv(".conv3", ".bn3", {out, inner, 1, 1}, 1);
  block.has_shortcut = stride != 1 || in != out;
  if (block.has_shortcut) {
    block.shortcut = conv(".shortcut.0", ".shortcut.1", {out, in, 1, 1}, stride);
  }
  return block;
}

Eres2net::Gate Eres2net::make_gate(ParameterSource& source, const std::string& name,
                                   int64_t channels) const {
  const int64_t inner = channels / kGateShrink;
  if (inner < 1) {
    throw Error(ErrorCode::kInvalidModel,
                "a gate of " + std::to_string(channels) + " channels is too narrow", name);
  }
  const std::string at = name + ".local_att.";
  return {folded(backend_, source, at + "0", at + "1", {inner, 2 * channels, 1, 1}, 1, true),
          folded(backend_, source, at + "3", at + "4", {channels, inner, 1, 1}, 1, true)};
}

Tensor Eres2net::fuse(const Gate& gate, const Tensor& a, const Tensor& b) const {
  Backend& k = backend_;
  const Tensor inner =
      gate.down(k, k.concat({a, b}, 1), {.activation = compute::Activation::kSilu});
  const Tensor share = gate.up(k, inner, {.activation = compute::Activation::kTanh});
  // a (1 + share) + b (1 - share)
  return k.add(k.add(a, b), k.mul(share, k.sub(a, b)));
}

// Takes the input and lets go of every map as soon as it can: those of the first blocks are 80 MB
// each for ten seconds.
Tensor Eres2net::run(const Block& block, Tensor x) const {
  Backend& k = backend_;
  Tensor inner = bounded(k, block.in(k, x));
  if (block.has_shortcut) x = block.shortcut(k, x);
  std::vector<Tensor> found;
  for (size_t g = 0; g < block.groups.size(); ++g) {
    const int64_t from = int64_t(g) * block.width;
    Tensor part = k.slice(inner, 1, from, from + block.width);
    if (g > 0) {
      part = block.gates.empty() ? k.add(found.back(), part)
                                 : fuse(block.gates[g - 1], found.back(), part);
    }
    found.push_back(bounded(k, block.groups[g](k, part)));
  }
  inner = k.concat(found, 1);
  found.clear();
  x = block.out(k, inner, {.residual = x});
  inner = {};
  return bounded(k, x);
}

Tensor Eres2net::embed(const Tensor& features, const Probe& probe) const {
  if (features.rank() != 3 || features.dim(0) != config_.bands || features.dim(1) != 1) {
    throw Error(ErrorCode::kInternal, "features must be [bands, 1, T]", "Eres2net");
  }
  const auto tell = [&probe](const std::string& stage, const Tensor& value) {
    if (probe) probe(stage, value);
  };
  Backend& k = backend_;
  Tensor x = first_(k, features, {.activation = compute::Activation::kRelu});
  Tensor third;
  for (size_t stage = 0; stage < Eres2netConfig::kStages; ++stage) {
    for (const Block& block : stages_[stage]) x = run(block, std::move(x));
    tell("layer" + std::to_string(stage + 1), x);
    if (stage == 2) third = x;
  }
  third = down_(k, third);
  tell("layer3_ds", third);
  x = fuse(last_gate_, x, third);
  tell("fuse34", x);
  const Tensor mean = k.reshape(k.mean_frames(x), {x.dim(0), x.dim(1)});
  return k.reshape(k.transpose(mean, 0, 1), {1, -1});
}

}  // namespace myna::models
