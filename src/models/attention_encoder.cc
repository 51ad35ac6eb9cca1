#include "models/attention_encoder.h"

#include <cmath>

namespace myna::models {
namespace {

Conv1d projection(Backend& backend, ParameterSource& source, const std::string& name,
                  int64_t channels, Precision precision, bool xavier) {
  Conv1d::Options options;
  if (xavier) options.init = Init::uniform(std::sqrt(3.0f / float(channels)));
  return Conv1d(backend, source, name, same_conv(channels, channels, 1, 1, 1, precision), options);
}

Tensor relative(Backend& backend, ParameterSource& source, const std::string& name, int64_t window,
                int64_t head_dim) {
  if (window == 0) return {};
  return backend.parameter(source.get(name, {1, 2 * window + 1, head_dim},
                                      Init::normal(1.0f / std::sqrt(float(head_dim)))));
}

/// An even kernel pads one frame more on the right, as the reference does.
ConvSpec ffn_conv(int64_t in, int64_t out, const AttentionEncoderSpec& spec) {
  ConvSpec conv = same_conv(in, out, spec.kernel, 1, 1, spec.precision);
  conv.pad_right = spec.kernel / 2;
  return conv;
}

}  // namespace

ConvAttention::ConvAttention(Backend& backend, ParameterSource& source, const std::string& name,
                             int64_t channels, int64_t heads, int64_t window, Precision precision)
    : q_(projection(backend, source, name + ".conv_q", channels, precision, true)),
      k_(projection(backend, source, name + ".conv_k", channels, precision, true)),
      v_(projection(backend, source, name + ".conv_v", channels, precision, true)),
      o_(projection(backend, source, name + ".conv_o", channels, precision, false)),
      rel_keys_(relative(backend, source, name + ".emb_rel_k", window, channels / heads)),
      rel_values_(relative(backend, source, name + ".emb_rel_v", window, channels / heads)),
      heads_(heads),
      window_(window) {}

Tensor ConvAttention::operator()(Backend& backend, const Tensor& x, const Tensor& context,
                                 const Lengths& context_lengths, const Epilogue& epilogue) const {
  const Tensor q = backend.transpose(q_(backend, x), 1, 2);
  const Tensor k = backend.transpose(k_(backend, context), 1, 2);
  const Tensor v = backend.transpose(v_(backend, context), 1, 2);
  compute::AttentionMask mask;
  mask.key_lengths = context_lengths;
  const compute::RelativePosition position{rel_keys_, rel_values_, window_};
  const Tensor y = backend.attention(q, k, v, heads_, mask, window_ > 0 ? &position : nullptr);
  return o_(backend, backend.transpose(y, 1, 2), epilogue);
}

AttentionEncoder::AttentionEncoder(Backend& backend, ParameterSource& source,
                                   const std::string& name, const AttentionEncoderSpec& spec)
    : dropout_(spec.dropout) {
  for (int64_t i = 0; i < spec.layers; ++i) {
    const std::string n = "." + std::to_string(i);
    layers_.push_back(
        Layer{ConvAttention(backend, source, name + ".attn_layers" + n, spec.channels, spec.heads,
                            spec.window, spec.precision),
              ChannelNorm(backend, source, name + ".norm_layers_1" + n, spec.channels),
              Conv1d(backend, source, name + ".ffn_layers" + n + ".conv_1",
                     ffn_conv(spec.channels, spec.filter, spec)),
              Conv1d(backend, source, name + ".ffn_layers" + n + ".conv_2",
                     ffn_conv(spec.filter, spec.channels, spec)),
              ChannelNorm(backend, source, name + ".norm_layers_2" + n, spec.channels)});
  }
}

Tensor AttentionEncoder::operator()(Backend& backend, const Tensor& input,
                                    const Lengths& lengths) const {
  Tensor x = backend.mask_frames(input, lengths);
  for (const Layer& layer : layers_) {
    Tensor y = layer.attention(backend, x, x, lengths);
    x = layer.norm1(backend, backend.add(x, backend.dropout(y, dropout_)));

    Epilogue relu;
    relu.activation = compute::Activation::kRelu;
    y = layer.up(backend, backend.mask_frames(x, lengths), relu);
    y = layer.down(backend, backend.mask_frames(backend.dropout(y, dropout_), lengths));
    y = backend.mask_frames(y, lengths);
    x = layer.norm2(backend, backend.add(x, backend.dropout(y, dropout_)));
  }
  return backend.mask_frames(x, lengths);
}

}  // namespace myna::models
