#include "models/discriminators.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {
namespace {

constexpr float kSlope = 0.1f;

ConvSpec strided(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups) {
  ConvSpec spec = same_conv(in, out, kernel, 1, groups);
  spec.stride = stride;
  return spec;
}

/// Keeps the signal's power through a stack of leaky rectifiers (He et al. 2015). With the usual
/// smaller values it fades, and a critic needs thousands of steps before it sees anything.
Init lively(const ConvSpec& spec) {
  const float fan = float(spec.in / spec.groups * spec.kernel);
  return Init::uniform(std::sqrt(6.0f / ((1.0f + kSlope * kSlope) * fan)));
}

/// A weight-normalised (kernel, 1) convolution of the reference as a one-dimensional one.
Conv1d flattened(Backend& backend, ParameterSource& source, const std::string& name,
                 const ConvSpec& spec) {
  const int64_t fan = spec.in * spec.kernel;
  const Init uniform = Init::fan_in(fan);
  const float norm = uniform.value * std::sqrt(float(fan) / 3.0f);
  compute::WeightParameter weight;
  weight.g = source.get(name + ".weight_g", {spec.out, 1, 1, 1}, Init::constant(norm));
  weight.v = source.get(name + ".weight_v", {spec.out, spec.in, spec.kernel, 1}, uniform);
  return Conv1d(backend, spec, weight, source.get(name + ".bias", {spec.out}, uniform));
}

}  // namespace

DiscriminatorConfig DiscriminatorConfig::official() {
  DiscriminatorConfig c;
  c.period_channels = {32, 128, 512, 1024};
  c.scale_channels = {16, 64, 256, 1024, 1024};
  c.scale_group_width = 4;
  c.official_shapes = true;
  return c;
}

DiscriminatorConfig DiscriminatorConfig::from_json(const Json& json, const std::string& subject) {
  DiscriminatorConfig c;
  c.periods = value_or(json, "periods", c.periods, subject);
  c.period_channels = value_or(json, "period_channels", c.period_channels, subject);
  c.scales = value_or(json, "scales", c.scales, subject);
  c.scale_channels = value_or(json, "scale_channels", c.scale_channels, subject);
  c.scale_group_width = value_or(json, "scale_group_width", c.scale_group_width, subject);
  c.official_shapes = value_or(json, "official_shapes", c.official_shapes, subject);
  const auto bad = [](const std::vector<int64_t>& values) {
    return std::any_of(values.begin(), values.end(), [](int64_t v) { return v < 1 || v > 8192; });
  };
  if (bad(c.periods) || bad(c.period_channels) || bad(c.scale_channels) || c.scales < 0 ||
      c.scales > 8 || c.scale_group_width < 1 || c.period_channels.empty() ||
      c.scale_channels.empty())
    throw Error(ErrorCode::kInvalidModel,
                "periods, channels and group width must be positive numbers, 'scales' 0 to 8",
                subject);
  return c;
}

Discriminators::Discriminators(Backend& backend, ParameterSource& source,
                               const DiscriminatorConfig& config)
    : backend_(&backend) {
  const auto named = [&](size_t stack, const std::string& layer, const ConvSpec& spec) {
    const std::string name = "discriminators." + std::to_string(stack) + "." + layer;
    const bool period = stack >= size_t(config.scales);
    if (config.official_shapes && period) return flattened(backend, source, name, spec);
    const Conv1d::Options options{.weight_norm = true, .init = lively(spec)};
    return Conv1d(backend, source, name, spec, options);
  };
  const auto conv = [&](size_t stack, size_t layer, const ConvSpec& spec) {
    return named(stack, "convs." + std::to_string(layer), spec);
  };
  const auto post = [&](size_t stack, int64_t in) {
    return named(stack, "conv_post", same_conv(in, 1, 3));
  };
  for (int64_t scale = 0; scale < config.scales; ++scale) {
    Stack s;
    s.halvings = scale;
    const size_t index = stacks_.size();
    int64_t in = 1;
    for (size_t i = 0; i < config.scale_channels.size(); ++i) {
      const int64_t out = config.scale_channels[i];
      const int64_t groups =
          in % config.scale_group_width == 0 && out % (in / config.scale_group_width) == 0
              ? in / config.scale_group_width
              : 1;
      s.convs.push_back(
          conv(index, i, i == 0 ? strided(in, out, 15, 1, 1) : strided(in, out, 41, 4, groups)));
      in = out;
    }
    s.convs.push_back(conv(index, s.convs.size(), strided(in, in, 5, 1, 1)));
    s.post = post(index, in);
    stacks_.push_back(std::move(s));
  }
  for (const int64_t period : config.periods) {
    Stack s;
    s.period = period;
    const size_t index = stacks_.size();
    int64_t in = 1;
    for (size_t i = 0; i < config.period_channels.size(); ++i) {
      s.convs.push_back(conv(index, i, strided(in, config.period_channels[i], 5, 3, 1)));
      in = config.period_channels[i];
    }
    s.convs.push_back(conv(index, s.convs.size(), strided(in, in, 5, 1, 1)));
    s.post = post(index, in);
    stacks_.push_back(std::move(s));
  }
}

Judgement Discriminators::judge(const Stack& stack, const Tensor& wave) const {
  Backend& b = *backend_;
  Tensor x = wave;
  for (int64_t i = 0; i < stack.halvings; ++i) x = b.resize_linear(x, x.dim(2) / 2);
  if (stack.period > 0) {
    const int64_t p = stack.period, missing = (p - x.dim(2) % p) % p;
    if (missing > 0) x = b.pad(x, 0, missing, compute::PadMode::kReflect);
    const int64_t rows = x.dim(0), frames = x.dim(2) / p;
    x = b.reshape(b.transpose(b.reshape(x, {rows, frames, p}), 1, 2), {rows * p, 1, frames});
  }
  Judgement out;
  for (const Conv1d& conv : stack.convs) {
    x = conv(b, x, {.activation = compute::Activation::kLeakyRelu, .slope = kSlope});
    out.features.push_back(x);
  }
  out.scores = stack.post(b, x);
  return out;
}

std::vector<Judgement> Discriminators::operator()(const Tensor& wave) const {
  std::vector<Judgement> out;
  for (const Stack& stack : stacks_) out.push_back(judge(stack, wave));
  return out;
}

}  // namespace myna::models
