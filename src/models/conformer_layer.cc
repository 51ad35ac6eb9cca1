#include "models/conformer_layer.h"

namespace myna::models {

using compute::Activation;

ConformerLayer::ConformerLayer(Backend& backend, ParameterSource& source, const std::string& name,
                               const ConformerSpec& spec)
    : spec_(spec) {
  const int64_t dim = spec.dim;
  Linear::Options options;
  options.precision = spec.precision;
  const auto linear = [&](const char* part, int64_t in, int64_t out) {
    return Linear(backend, source, name + part, in, out, options);
  };
  attention_norm_ = LayerNorm(backend, source, name + ".attention_norm", dim);
  qkv_ = linear(".attention.qkv", dim, 3 * dim);
  attention_out_ = linear(".attention.out", dim, dim);
  conv_norm_ = LayerNorm(backend, source, name + ".conv_norm", dim);
  gate_ = linear(".conv.gate", dim, 2 * dim);
  depth_ = Conv1d(backend, source, name + ".conv.depth",
                  same_conv(dim, dim, spec.kernel, 1, dim, spec.precision));
  depth_norm_ = ChannelNorm(backend, source, name + ".conv.depth_norm", dim);
  conv_out_ = linear(".conv.out", dim, dim);
  ffn_norm_ = LayerNorm(backend, source, name + ".ffn_norm", dim);
  up_ = linear(".ffn.up", dim, spec.ffn);
  down_ = linear(".ffn.down", spec.ffn, dim);
}

Tensor ConformerLayer::operator()(Backend& b, const Tensor& input,
                                  const compute::Lengths& lengths) const {
  const int64_t dim = spec_.dim;
  Tensor x = input;

  const Tensor qkv = qkv_(b, attention_norm_(b, x));
  compute::AttentionMask mask;
  mask.key_lengths = lengths;
  const Tensor attended = b.attention(b.slice(qkv, 2, 0, dim), b.slice(qkv, 2, dim, 2 * dim),
                                      b.slice(qkv, 2, 2 * dim, 3 * dim), spec_.heads, mask);
  x = b.add(x, b.dropout(attention_out_(b, attended), spec_.dropout));

  Tensor y = b.transpose(gate_(b, conv_norm_(b, x)), 1, 2);
  y = b.mask_frames(b.gated(y, compute::Gate::kGlu), lengths);
  y = b.activate(depth_norm_(b, depth_(b, y)), Activation::kSilu);
  x = b.add(x, b.dropout(conv_out_(b, b.transpose(y, 1, 2)), spec_.dropout));

  y = up_(b, ffn_norm_(b, x), {.activation = Activation::kSilu});
  return b.add(x, b.dropout(down_(b, y), spec_.dropout));
}

}  // namespace myna::models
