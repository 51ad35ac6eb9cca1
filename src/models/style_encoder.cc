#include "models/style_encoder.h"

#include <cmath>

namespace myna::models {
namespace {

constexpr float kDropout = 0.1f;

Linear linear(Backend& backend, ParameterSource& source, const std::string& name, int64_t in,
              int64_t out, Precision precision) {
  Linear::Options options;
  options.precision = precision;
  return Linear(backend, source, name, in, out, options);
}

}  // namespace

StyleEncoder::StyleEncoder(Backend& backend, ParameterSource& source, const std::string& name,
                           const SovitsConfig& c, Precision precision)
    : heads_(c.style_heads), scale_(1.0f / std::sqrt(float(c.style_hidden))) {
  const int64_t h = c.style_hidden;
  spectral_[0] = linear(backend, source, name + ".spectral.0.fc", c.style_bins, h, precision);
  spectral_[1] = linear(backend, source, name + ".spectral.3.fc", h, h, precision);
  for (int i = 0; i < 2; ++i) {
    temporal_[i] = Conv1d(backend, source, name + ".temporal." + std::to_string(i) + ".conv1.conv",
                          same_conv(h, 2 * h, c.style_kernel, 1, 1, precision));
  }
  q_ = linear(backend, source, name + ".slf_attn.w_qs", h, h, precision);
  k_ = linear(backend, source, name + ".slf_attn.w_ks", h, h, precision);
  v_ = linear(backend, source, name + ".slf_attn.w_vs", h, h, precision);
  attention_out_ = linear(backend, source, name + ".slf_attn.fc", h, h, precision);
  out_ = linear(backend, source, name + ".fc.fc", h, c.gin_channels, precision);
}

Tensor StyleEncoder::operator()(Backend& backend, const Tensor& spec,
                                const Lengths& lengths) const {
  Epilogue mish;
  mish.activation = compute::Activation::kMish;
  Tensor x = backend.transpose(backend.mask_frames(spec, lengths), 1, 2);
  for (const Linear& layer : spectral_) x = backend.dropout(layer(backend, x, mish), kDropout);

  x = backend.transpose(x, 1, 2);
  for (const Conv1d& layer : temporal_) {
    const Tensor y = backend.gated(layer(backend, x), compute::Gate::kGlu);
    x = backend.add(x, backend.dropout(y, kDropout));
  }
  x = backend.transpose(backend.mask_frames(x, lengths), 1, 2);

  compute::AttentionMask mask;
  mask.key_lengths = lengths;
  Tensor y = backend.attention(q_(backend, x), k_(backend, x), v_(backend, x), heads_, mask,
                               nullptr, scale_);
  y = backend.add(x, backend.dropout(attention_out_(backend, y), kDropout));
  return backend.mean_frames(backend.transpose(out_(backend, y), 1, 2), lengths);
}

}  // namespace myna::models
