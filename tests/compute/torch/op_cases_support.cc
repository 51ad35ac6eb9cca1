#include <gtest/gtest.h>

#include "compute/torch/op_cases.h"

namespace myna::compute::testing {
namespace {

using In = const std::vector<Tensor>&;

WeightParameter plain(const Shape& shape) { return {param("weight", shape), {}, {}}; }

WeightParameter normed(const Shape& shape) {
  return {{}, param("weight_g", {shape[0], 1, 1}, 1.5f), param("weight_v", shape)};
}

ConvSpec spec(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t dilation = 1,
              int64_t groups = 1, int64_t left = 0, int64_t right = 0) {
  ConvSpec s;
  s.in = in, s.out = out, s.kernel = kernel, s.stride = stride, s.dilation = dilation;
  s.groups = groups, s.pad_left = left, s.pad_right = right;
  s.precision = Precision::kF32;
  return s;
}

OpCase conv_case(const std::string& name, const ConvSpec& s, int64_t batch, int64_t frames,
                 bool bias = true, bool norm = false, Epilogue epilogue = {}) {
  const Shape shape = s.transposed ? Shape{s.in, s.out / s.groups, s.kernel}
                                   : Shape{s.out, s.in / s.groups, s.kernel};
  return {name, {{batch, s.in, frames}}, [=](Backend& b, In x) {
            const auto w = b.conv_weights(s, norm ? normed(shape) : plain(shape),
                                          bias ? param("bias", {s.out}) : Parameter());
            return b.conv1d(x[0], w, epilogue);
          }};
}

ConvSpec transposed(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t crop_left,
                    int64_t crop_right, int64_t output_padding = 0, int64_t groups = 1,
                    int64_t dilation = 1) {
  ConvSpec s = spec(in, out, kernel, stride, dilation, groups, crop_left, crop_right);
  s.transposed = true;
  s.output_padding = output_padding;
  return s;
}

void add_convolutions(std::vector<OpCase>& cases) {
  cases.push_back(conv_case("conv_k1", spec(5, 7, 1), 2, 9));
  cases.push_back(conv_case("conv_k3", spec(6, 5, 3, 1, 1, 1, 1, 1), 3, 11));
  cases.push_back(conv_case("conv_k5_dilated", spec(3, 4, 5, 1, 3, 1, 6, 6), 1, 17));
  cases.push_back(conv_case("conv_causal_pad", spec(4, 3, 3, 1, 2, 1, 4, 0), 2, 7));
  cases.push_back(conv_case("conv_stride", spec(3, 6, 5, 3, 1, 1, 2, 2), 2, 19, false));
  cases.push_back(conv_case("conv_ssl_proj", spec(8, 8, 2, 2), 2, 10));
  cases.push_back(conv_case("conv_groups", spec(8, 12, 5, 2, 1, 4, 2, 2), 2, 13));
  cases.push_back(conv_case("conv_one_channel", spec(1, 16, 15, 1, 1, 1, 7, 7), 2, 21));
  cases.push_back(conv_case("conv_depthwise", spec(9, 9, 7, 1, 1, 9, 3, 3), 2, 12));
  cases.push_back(conv_case("conv_depthwise_short", spec(5, 5, 15, 1, 1, 5, 7, 7), 2, 4));
  cases.push_back(conv_case("conv_depthwise_wide", spec(21, 21, 7, 1, 1, 21, 3, 3), 1, 33));
  cases.push_back(conv_case("conv_depthwise_causal", spec(6, 6, 3, 1, 2, 6, 4, 0), 2, 9));
  cases.push_back(conv_case("conv_weight_norm", spec(4, 5, 3, 1, 1, 1, 1, 1), 2, 8, true, true));
  cases.push_back(conv_case("up_hifigan", transposed(6, 3, 16, 8, 4, 4), 2, 5, true, true));
  cases.push_back(conv_case("up_ragged", transposed(4, 5, 7, 3, 1, 2, 1), 2, 6));
  cases.push_back(conv_case("up_inverse_stft", transposed(10, 1, 12, 3, 0, 0), 2, 7, false));
  cases.push_back(conv_case("up_short_kernel", transposed(3, 4, 2, 3, 0, 0), 2, 5));
  cases.push_back(conv_case("up_groups", transposed(6, 4, 4, 2, 1, 1, 0, 2), 2, 5));
  cases.push_back(conv_case("up_dilated", transposed(3, 4, 3, 2, 1, 1, 0, 1, 2), 2, 5));
  cases.push_back({"conv_epilogue", {{2, 4, 9}, {2, 5, 9}}, [](Backend& b, In x) {
                     const auto w = b.conv_weights(spec(4, 5, 3, 1, 1, 1, 1, 1), plain({5, 4, 3}),
                                                   param("bias", {5}));
                     return b.conv1d(x[0], w, {Activation::kLeakyRelu, 0.1f, x[1]});
                   }});
  cases.push_back(
      {"convnext_block", {{2, 6, 14}}, [](Backend& b, In x) {
         const auto dw =
             b.conv_weights(spec(6, 6, 7, 1, 1, 6, 3, 3), plain({6, 1, 7}), param("bias", {6}));
         const auto up = b.linear_weights({6, 18}, param("up", {18, 6}), param("up_bias", {18}));
         const auto down = b.linear_weights({18, 6}, param("down", {6, 18}), {});
         auto y = b.transpose(b.conv1d(x[0], dw), 1, 2);
         y = b.layer_norm(y, b.parameter(param("gain", {6}, 1.0f)), {}, 1e-6f);
         y = b.linear(b.linear(y, up, {Activation::kGelu}), down);
         return b.add(x[0], b.transpose(y, 1, 2));
       }});
}

OpCase attention_case(const std::string& name, int64_t queries, int64_t keys, int64_t heads,
                      const AttentionMask& mask, int64_t window = 0, float scale = 0) {
  const int64_t width = heads * 5;
  return {name, {{2, queries, width}, {2, keys, width}, {2, keys, width}}, [=](Backend& b, In x) {
            if (window == 0) return b.attention(x[0], x[1], x[2], heads, mask, nullptr, scale);
            RelativePosition relative;
            relative.window = window;
            relative.keys = b.parameter(param("emb_rel_k", {1, 2 * window + 1, 5}));
            relative.values = b.parameter(param("emb_rel_v", {1, 2 * window + 1, 5}));
            return b.attention(x[0], x[1], x[2], heads, mask, &relative, scale);
          }};
}

AttentionMask mask(AttentionMask::Kind kind, Lengths key_lengths = {}, int64_t prefix = 0,
                   Lengths prefix_lengths = {}) {
  AttentionMask m;
  m.kind = kind;
  m.prefix = prefix;
  m.prefix_lengths = std::move(prefix_lengths);
  m.key_lengths = std::move(key_lengths);
  return m;
}

void add_attention(std::vector<OpCase>& cases) {
  using K = AttentionMask::Kind;
  cases.push_back(attention_case("attention", 7, 7, 3, {}));
  cases.push_back(attention_case("attention_cross", 5, 9, 2, mask(K::kNone, {9, 4})));
  cases.push_back(attention_case("attention_scaled", 4, 6, 1, {}, 0, 0.7f));
  cases.push_back(attention_case("attention_causal", 8, 8, 2, mask(K::kCausal)));
  cases.push_back(attention_case("attention_causal_lengths", 8, 8, 2, mask(K::kCausal, {8, 5})));
  cases.push_back(attention_case("attention_prefix", 9, 9, 2, mask(K::kPrefixCausal, {}, 4)));
  cases.push_back(attention_case("attention_prefix_lengths", 9, 9, 2,
                                 mask(K::kPrefixCausal, {9, 7}, 4, {4, 3})));
  cases.push_back(attention_case("attention_relative", 11, 11, 2, mask(K::kNone, {11, 8}), 4));
  cases.push_back(attention_case("attention_relative_short", 3, 3, 2, {}, 4));
}

void add_layers(std::vector<OpCase>& cases) {
  cases.push_back({"linear", {{2, 3, 7}}, [](Backend& b, In x) {
                     return b.linear(
                         x[0], b.linear_weights({7, 5, Precision::kF32}, param("weight", {5, 7}),
                                                param("bias", {5})));
                   }});
  cases.push_back(
      {"linear_epilogue", {{4, 7}, {4, 9}}, [](Backend& b, In x) {
         const auto w = b.linear_weights({7, 9, Precision::kF32}, param("weight", {9, 7}), {});
         return b.linear(x[0], w, {Activation::kSilu, 0.0f, x[1]});
       }});
  cases.push_back({"linear_of_transposed", {{2, 7, 3}}, [](Backend& b, In x) {
                     return b.linear(b.transpose(x[0], 1, 2),
                                     b.linear_weights({7, 5, Precision::kF32},
                                                      param("weight", {5, 7}), param("bias", {5})));
                   }});
  cases.push_back(
      {"embedding", {}, [](Backend& b, In) {
         const auto ids = b.from_host(HostTensor::from_ints({2, 3}, {4, 0, 1, 1, 3, 4}));
         return b.embedding(ids, b.parameter(param("table", {5, 6})));
       }});
  cases.push_back({"layer_norm", {{2, 3, 10}}, [](Backend& b, In x) {
                     return b.layer_norm(x[0], b.parameter(param("gain", {10}, 1.0f)),
                                         b.parameter(param("bias", {10})), 1e-5f);
                   }});
  cases.push_back({"layer_norm_plain", {{5, 9}}, [](Backend& b, In x) {
                     return b.layer_norm(x[0], {}, {}, 1e-6f);
                   }});
  cases.push_back({"channel_norm", {{2, 7, 5}}, [](Backend& b, In x) {
                     return b.channel_norm(x[0], b.parameter(param("gain", {7}, 1.0f)),
                                           b.parameter(param("bias", {7})), 1e-5f);
                   }});
  cases.push_back({"group_norm", {{2, 6, 7}}, [](Backend& b, In x) {
                     return b.group_norm(x[0], 3, b.parameter(param("gain", {6}, 1.0f)),
                                         b.parameter(param("bias", {6})), 1e-5f);
                   }});
}

void add_elementwise(std::vector<OpCase>& cases) {
  const Shape shape = {2, 6, 5};
  auto simple = [&](const std::string& name, std::function<Tensor(Backend&, In)> run,
                    std::vector<Shape> inputs = {{2, 6, 5}}, float offset = 0.0f) {
    cases.push_back({name, std::move(inputs), std::move(run), offset});
  };
  simple("add", [](Backend& b, In x) { return b.add(x[0], x[1]); }, {shape, {6, 1}});
  simple("sub", [](Backend& b, In x) { return b.sub(x[0], x[1]); }, {{2, 1, 5}, {6, 1}});
  simple("mul", [](Backend& b, In x) { return b.mul(x[0], x[1]); }, {shape, {2, 1, 5}});
  simple("affine", [](Backend& b, In x) { return b.affine(x[0], -2.5f, 0.75f); });
  simple("clamp", [](Backend& b, In x) { return b.clamp(x[0], -0.4f, 0.3f); });
  const std::vector<float> filter = {0.01f, -0.03f, 0.02f, 0.1f,  -0.2f, 0.5f,
                                     0.4f,  0.3f,   -0.2f, 0.05f, 0.04f, 0.01f};
  simple("filtered_snake",
         [filter](Backend& b, In x) { return b.filtered_snake(x[0], x[1], x[2], filter); },
         {{2, 6, 5}, {6}, {6}});
  simple("softmax", [](Backend& b, In x) { return b.softmax(b.affine(x[0], 4.0f, 0.0f)); });
  simple("gated_wavenet", [](Backend& b, In x) { return b.gated(x[0], Gate::kTanhSigmoid); });
  simple("gated_glu", [](Backend& b, In x) { return b.gated(x[0], Gate::kGlu); });
  simple("gated_of_convolution", [](Backend& b, In x) {
    const auto w = b.conv_weights(spec(6, 8, 1), plain({8, 6, 1}), {});
    return b.gated(b.conv1d(x[0], w), Gate::kTanhSigmoid);
  });
  simple("mask_frames", [](Backend& b, In x) { return b.mask_frames(x[0], {5, 2}); });
  simple("mean_frames", [](Backend& b, In x) { return b.mean_frames(x[0]); });
  simple("mean_frames_lengths", [](Backend& b, In x) { return b.mean_frames(x[0], {5, 2}); });
  const std::vector<std::pair<Activation, const char*>> activations = {
      {Activation::kRelu, "relu"},        {Activation::kLeakyRelu, "leaky_relu"},
      {Activation::kGelu, "gelu"},        {Activation::kGeluTanh, "gelu_tanh"},
      {Activation::kSilu, "silu"},        {Activation::kMish, "mish"},
      {Activation::kTanh, "tanh"},        {Activation::kSigmoid, "sigmoid"},
      {Activation::kExp, "exp"},          {Activation::kAbs, "abs"},
      {Activation::kSin, "sin"},          {Activation::kCos, "cos"},
      {Activation::kSoftplus, "softplus"}};
  for (const auto& [kind, name] : activations) {
    simple(name, [kind = kind](Backend& b, In x) {
      return b.activate(b.affine(x[0], 3.0f, 0.0f), kind, 0.2f);
    });
  }
  simple(
      "log", [](Backend& b, In x) { return b.activate(x[0], Activation::kLog); }, {shape}, 1.5f);
  simple(
      "sqrt", [](Backend& b, In x) { return b.activate(x[0], Activation::kSqrt); }, {shape}, 1.5f);
}

void add_shapes(std::vector<OpCase>& cases) {
  auto simple = [&](const std::string& name, std::function<Tensor(Backend&, In)> run,
                    std::vector<Shape> inputs = {{2, 6, 5}}) {
    cases.push_back({name, std::move(inputs), std::move(run)});
  };
  simple("reshape", [](Backend& b, In x) { return b.reshape(x[0], {3, -1, 4}); });
  simple("reshape_transposed", [](Backend& b, In x) {
    return b.reshape(b.transpose(x[0], 1, 2), {2, 30});
  });
  simple("transpose", [](Backend& b, In x) { return b.transpose(x[0], 0, 2); });
  simple("concat",
         [](Backend& b, In x) {
           return b.concat({x[0], x[1]}, 1);
         },
         {{2, 6, 5}, {2, 3, 5}});
  simple("slice", [](Backend& b, In x) { return b.slice(x[0], 1, 2, 5); });
  simple("flip", [](Backend& b, In x) { return b.flip(x[0], 1); });
  simple("pad_zero", [](Backend& b, In x) { return b.pad(x[0], 2, 3, PadMode::kZero); });
  simple("pad_reflect", [](Backend& b, In x) { return b.pad(x[0], 3, 2, PadMode::kReflect); });
  simple("repeat_frames", [](Backend& b, In x) { return b.repeat_frames(x[0], 3); });
  simple("resize_linear_up", [](Backend& b, In x) { return b.resize_linear(x[0], 13); });
  simple("resize_linear_down", [](Backend& b, In x) { return b.resize_linear(x[0], 3); });
}

}  // namespace

std::vector<OpCase> op_cases() {
  std::vector<OpCase> cases;
  add_convolutions(cases);
  add_attention(cases);
  add_layers(cases);
  add_elementwise(cases);
  add_shapes(cases);
  return cases;
}

}  // namespace myna::compute::testing
