#include "models/text_encoder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace myna::models {
namespace {

AttentionEncoderSpec encoder_spec(const SovitsConfig& c, int64_t layers, Precision precision) {
  return {c.hidden_channels, c.filter_channels,  c.heads,   layers,
          c.kernel_size,     c.attention_window, c.dropout, precision};
}

}  // namespace

Mrte::Mrte(Backend& backend, ParameterSource& source, const std::string& name,
           const SovitsConfig& c, Precision precision)
    : content_in_(backend, source, name + ".c_pre",
                  same_conv(c.hidden_channels, c.mrte_channels, 1, 1, 1, precision)),
      text_in_(backend, source, name + ".text_pre",
               same_conv(c.hidden_channels, c.mrte_channels, 1, 1, 1, precision)),
      out_(backend, source, name + ".c_post",
           same_conv(c.mrte_channels, c.hidden_channels, 1, 1, 1, precision)) {
  if (c.spread_text) return;
  attention_.emplace(backend, source, name + ".cross_attention", c.mrte_channels, c.mrte_heads,
                     /*window=*/0, precision);
}

Tensor Mrte::operator()(Backend& backend, const Tensor& content, const Lengths& content_lengths,
                        const Tensor& text, const Lengths& text_lengths,
                        const Tensor& style) const {
  const Tensor c = content_in_(backend, backend.mask_frames(content, content_lengths));
  const Tensor t = text_in_(backend, backend.mask_frames(text, text_lengths));
  Epilogue sum;
  sum.residual = c;
  Tensor x = attention_ ? (*attention_)(backend, c, t, text_lengths, sum) : backend.add(c, t);
  x = backend.add(x, style);
  return out_(backend, backend.mask_frames(x, content_lengths));
}

TextEncoder::TextEncoder(Backend& backend, ParameterSource& source, const std::string& name,
                         const SovitsConfig& c, Precision precision)
    : content_in_(backend, source, name + ".ssl_proj",
                  same_conv(c.ssl_dim, c.hidden_channels, 1, 1, 1, precision)),
      encoder_ssl_(backend, source, name + ".encoder_ssl",
                   encoder_spec(c, c.layers / 2, precision)),
      encoder_text_(backend, source, name + ".encoder_text", encoder_spec(c, c.layers, precision)),
      embedding_(backend, source, name + ".text_embedding", c.symbols, c.hidden_channels,
                 Init::normal(1.0f / std::sqrt(float(c.hidden_channels)))),
      mrte_(backend, source, name + ".mrte", c, precision),
      encoder2_(backend, source, name + ".encoder2", encoder_spec(c, c.layers / 2, precision)),
      proj_(backend, source, name + ".proj",
            same_conv(c.hidden_channels, 2 * c.inter_channels, 1, 1, 1, precision)),
      inter_(c.inter_channels),
      frames_per_phone_(c.spread_text ? c.frames_per_code : 0) {}

Tensor TextEncoder::blend(Backend& backend, const Tensor& y, const Tensor& overlap) const {
  const int64_t n = overlap.dim(2);
  if (n > y.dim(2)) {
    throw Error(ErrorCode::kInternal, "the overlap is longer than the kept frames", "TextEncoder");
  }
  std::vector<float> rise(static_cast<size_t>(n)), fall(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    const double step = std::numbers::pi / double(2 * n);
    rise[size_t(i)] = float(std::sin(double(i) * step));
    fall[size_t(i)] = float(std::sin(double(n + i) * step));
  }
  const Tensor in = backend.from_host(HostTensor::from_floats({1, 1, n}, std::move(rise)));
  const Tensor out = backend.from_host(HostTensor::from_floats({1, 1, n}, std::move(fall)));
  const Tensor mixed =
      backend.add(backend.mul(backend.slice(y, 2, 0, n), in), backend.mul(overlap, out));
  if (n == y.dim(2)) return mixed;
  return backend.concat({mixed, backend.slice(y, 2, n, y.dim(2))}, 2);
}

Prior TextEncoder::operator()(Backend& backend, const Tensor& content, const Lengths& lengths,
                              const Tensor& phones, const Lengths& phone_lengths,
                              const Tensor& style, const PriorOptions& options,
                              PriorTrace* trace) const {
  const bool plain = options.speed == 1.0 && options.drop_frames == 0 && options.keep_frames == 0 &&
                     !options.overlap;
  if (!plain && (content.dim(0) != 1 || !lengths.empty())) {
    throw Error(ErrorCode::kInternal, "speed and streaming need a batch of one", "TextEncoder");
  }
  Tensor y =
      backend.mask_frames(content_in_(backend, backend.mask_frames(content, lengths)), lengths);
  y = encoder_ssl_(backend, y, lengths);
  if (trace) trace->encoder_ssl = y;

  Tensor text = backend.transpose(embedding_(backend, phones), 1, 2);
  text = encoder_text_(backend, text, phone_lengths);
  if (trace) trace->encoder_text = text;

  if (frames_per_phone_ > 1) text = backend.repeat_frames(text, frames_per_phone_);
  if (frames_per_phone_ > 0 && text.dim(2) != y.dim(2))
    throw Error(ErrorCode::kInternal, "spread text needs one phone per code", "TextEncoder");
  y = mrte_(backend, y, lengths, text, frames_per_phone_ > 0 ? lengths : phone_lengths, style);
  if (trace) trace->mrte = y;
  if (options.drop_frames > 0) {
    if (options.drop_frames >= y.dim(2)) {
      throw Error(ErrorCode::kInternal, "all frames are look-ahead", "TextEncoder");
    }
    y = backend.slice(y, 2, 0, y.dim(2) - options.drop_frames);
  }
  y = encoder2_(backend, y, lengths);
  if (trace) trace->encoder2 = y;
  if (options.keep_frames > 0 && options.keep_frames < y.dim(2)) {
    y = backend.slice(y, 2, y.dim(2) - options.keep_frames, y.dim(2));
  }
  if (options.overlap) y = blend(backend, y, options.overlap);

  Prior prior;
  prior.features = y;
  prior.lengths = lengths;
  if (options.speed != 1.0) {
    y = backend.resize_linear(y, int64_t(double(y.dim(2)) / options.speed) + 1);
  }
  prior.resized = y;
  const Tensor stats = backend.mask_frames(proj_(backend, y), lengths);
  prior.mean = backend.slice(stats, 1, 0, inter_);
  prior.log_std = backend.slice(stats, 1, inter_, 2 * inter_);
  return prior;
}

}  // namespace myna::models
