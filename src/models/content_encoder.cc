#include "models/content_encoder.h"

#include "base/error.h"
#include "models/config_size.h"

namespace myna::models {
namespace {

using compute::Activation;
using compute::Lengths;

constexpr int64_t kFrontKernel = 5;
constexpr float kMelScale = 0.4f, kMelShift = 2.0f;  // log mel of speech to about N(0, 1)

}  // namespace

int64_t ContentConfig::stride() const {
  int64_t product = 1;
  for (const int64_t s : strides) product *= s;
  return product;
}

int64_t ContentConfig::frames(int64_t mel_frames) const {
  for (const int64_t s : strides) mel_frames = (mel_frames + s - 1) / s;
  return mel_frames;
}

ContentConfig ContentConfig::from_json(const Json& json, const std::string& subject) {
  ContentConfig c;
  const auto size = [&](const char* key, int64_t& value, int64_t low, int64_t high) {
    read_size(json, key, value, low, high, subject);
  };
  size("sample_rate", c.sample_rate, 8000, 96000);
  size("n_fft", c.n_fft, 64, 8192);
  size("hop", c.hop, 16, c.n_fft);
  size("mels", c.mels, 8, 512);
  size("dim", c.dim, 8, 4096);
  size("layers", c.layers, 1, 64);
  size("heads", c.heads, 1, 64);
  size("ffn", c.ffn, 8, 16384);
  size("conv_kernel", c.conv_kernel, 1, 127);
  size("classes", c.classes, 2, 65536);
  size("tap_layer", c.tap_layer, 1, c.layers);
  c.dropout = value_or<float>(json, "dropout", c.dropout, subject);
  c.strides = value_or<std::vector<int64_t>>(json, "strides", c.strides, subject);
  for (const int64_t s : c.strides)
    if (s < 1 || s > 8)
      throw Error(ErrorCode::kInvalidModel, "'strides' must be between 1 and 8", subject);
  if (c.strides.empty() || c.conv_kernel % 2 == 0 || c.dim % c.heads != 0)
    throw Error(ErrorCode::kInvalidModel,
                "'strides' must not be empty, 'conv_kernel' must be odd and 'heads' must divide "
                "'dim'",
                subject);
  return c;
}

Json ContentConfig::to_json() const {
  return {{"sample_rate", sample_rate},
          {"n_fft", n_fft},
          {"hop", hop},
          {"mels", mels},
          {"strides", strides},
          {"dim", dim},
          {"layers", layers},
          {"heads", heads},
          {"ffn", ffn},
          {"conv_kernel", conv_kernel},
          {"classes", classes},
          {"tap_layer", tap_layer},
          {"dropout", dropout}};
}

ContentEncoder::ContentEncoder(Backend& backend, ParameterSource& source,
                               const ContentConfig& config)
    : backend_(&backend), config_(config) {
  const int64_t dim = config.dim;
  for (size_t i = 0; i < config.strides.size(); ++i) {
    ConvSpec spec;
    spec.in = i == 0 ? config.mels : dim;
    spec.out = dim;
    spec.kernel = kFrontKernel;
    spec.stride = config.strides[i];
    spec.pad_left = spec.pad_right = kFrontKernel / 2;
    front_.emplace_back(backend, source, "front." + std::to_string(i), spec);
  }
  ConformerSpec layer;
  layer.dim = dim;
  layer.heads = config.heads;
  layer.ffn = config.ffn;
  layer.kernel = config.conv_kernel;
  layer.dropout = config.dropout;
  for (int64_t i = 0; i < config.layers; ++i) {
    layers_.emplace_back(backend, source, "layers." + std::to_string(i), layer);
  }
  norm_ = LayerNorm(backend, source, "norm", dim);
  output_ = Linear(backend, source, "output", dim, config.classes);
}

ContentOutput ContentEncoder::forward(const Tensor& mel, const Lengths& lengths,
                                      bool features_only) const {
  Backend& b = *backend_;
  ContentOutput out;
  out.lengths = lengths;
  Tensor x = b.mask_frames(b.affine(mel, kMelScale, kMelShift), lengths);
  for (size_t i = 0; i < front_.size(); ++i) {
    x = front_[i](b, x, {.activation = Activation::kSilu});
    for (int64_t& length : out.lengths)
      length = (length + config_.strides[i] - 1) / config_.strides[i];
    x = b.mask_frames(x, out.lengths);
  }
  x = b.dropout(b.transpose(x, 1, 2), config_.dropout);
  for (int64_t i = 0; i < config_.layers; ++i) {
    x = layers_[size_t(i)](b, x, out.lengths);
    if (i + 1 == config_.tap_layer) {
      const Tensor normalised = b.layer_norm(x, {}, {}, 1e-5f);
      out.features = b.mask_frames(b.transpose(normalised, 1, 2), out.lengths);
      if (features_only) return out;
    }
  }
  out.logits = output_(b, norm_(b, x));
  return out;
}

}  // namespace myna::models
