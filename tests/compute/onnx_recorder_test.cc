// Recorded operations, run by an ONNX runtime, against the CPU backend's.
#include "compute/onnx/recorder.h"

#include <gmock/gmock.h>

#include "compute/compute_support.h"
#include "support/onnx_runtime.h"

namespace myna::compute {
namespace {

using onnx::Recorder;
using testing::host;

constexpr int64_t kChannels = 6, kWidth = 8, kRows = 11;

/// What operations are tried on: x [1, kChannels, T], y [1, T, kWidth], ids [1, T].
struct Operands {
  Tensor x, y, ids;
};

Parameter drawn(const Shape& shape, uint64_t seed) { return {"", host(shape, seed), false}; }

Tensor weighted(Backend& b, const Shape& shape, uint64_t seed) {
  return b.parameter(drawn(shape, seed));
}

Tensor convolved(Backend& b, const Tensor& x, ConvSpec spec, const Epilogue& epilogue = {}) {
  spec.precision = Precision::kF32;
  WeightParameter weight;
  const Shape shape = spec.transposed ? Shape{spec.in, spec.out / spec.groups, spec.kernel}
                                      : Shape{spec.out, spec.in / spec.groups, spec.kernel};
  weight.v = drawn(shape, 3);
  weight.g = drawn({shape[0], 1, 1}, 4);
  return b.conv1d(x, b.conv_weights(spec, weight, drawn({spec.out}, 5)), epilogue);
}

using Named = Recorder::Named;

void add_layers(Backend& b, const Operands& in, std::vector<Named>& out) {
  Epilogue fused{Activation::kGelu, 0.0f, in.y};
  const auto linear = b.linear_weights({kWidth, kWidth, Precision::kF32},
                                       drawn({kWidth, kWidth}, 1), drawn({kWidth}, 2));
  out.emplace_back("linear", b.linear(in.y, linear, fused));
  ConvSpec spec{.in = kChannels, .out = 4, .kernel = 3, .dilation = 2, .pad_left = 3};
  spec.pad_right = 1;
  out.emplace_back("conv", convolved(b, in.x, spec, {Activation::kLeakyRelu, 0.1f, {}}));
  spec = {.in = kChannels, .out = kChannels, .kernel = 5, .groups = kChannels, .pad_left = 2};
  spec.pad_right = 2;
  out.emplace_back("depthwise", convolved(b, in.x, spec, {Activation::kNone, 0.0f, in.x}));
  spec = {.in = kChannels, .out = 4, .kernel = 8, .stride = 4, .pad_left = 2, .pad_right = 2};
  out.emplace_back("strided", convolved(b, b.repeat_frames(in.x, 4), spec));
  spec.transposed = true;
  out.emplace_back("transposed", convolved(b, in.x, spec));
  spec = {.in = kChannels, .out = 4, .kernel = 3, .stride = 2, .groups = 2, .pad_left = 1};
  spec.output_padding = 1;
  spec.transposed = true;
  out.emplace_back("transposed_groups", convolved(b, in.x, spec));
  out.emplace_back("embedding", b.embedding(in.ids, weighted(b, {kRows, 3}, 6)));
  const Tensor gain = weighted(b, {kWidth}, 7), bias = weighted(b, {kWidth}, 8);
  out.emplace_back("layer_norm", b.layer_norm(in.y, gain, bias, 1e-5f));
  out.emplace_back("layer_norm_plain", b.layer_norm(in.y, {}, {}, 1e-5f));
  const Tensor g = weighted(b, {kChannels}, 9), h = weighted(b, {kChannels}, 10);
  out.emplace_back("channel_norm", b.channel_norm(in.x, g, h, 1e-5f));
  out.emplace_back("group_norm", b.group_norm(in.x, 3, g, h, 1e-5f));
}

void add_attention(Backend& b, const Operands& in, std::vector<Named>& out) {
  const Tensor q = in.y, k = b.affine(b.flip(in.y, 2), 1.5f, 0.0f), v = b.affine(in.y, 2.0f, 0.1f);
  AttentionMask mask;
  out.emplace_back("attention", b.attention(q, k, v, 2, mask, nullptr, 0.3f));
  out.emplace_back("across", b.attention(b.slice(q, 1, 0, 2), k, v, 2, mask));
  const RelativePosition relative{weighted(b, {1, 9, 4}, 11), weighted(b, {1, 9, 4}, 12), 4};
  out.emplace_back("relative", b.attention(q, k, v, 2, mask, &relative));
  mask.kind = AttentionMask::Kind::kCausal;
  out.emplace_back("causal", b.attention(q, k, v, 2, mask));
  mask.kind = AttentionMask::Kind::kPrefixCausal;
  mask.prefix = 3;
  out.emplace_back("prefix", b.attention(q, k, v, 2, mask));
  mask.prefix = in.y.dim(1) - 1;
  out.emplace_back("open_prefix", b.attention(q, k, v, 2, mask));
}

void add_elementwise(Backend& b, const Operands& in, std::vector<Named>& out) {
  const Tensor column = weighted(b, {kChannels, 1}, 13);
  out.emplace_back("add", b.add(in.x, column));
  out.emplace_back("sub", b.sub(b.mean_frames(in.x), in.x));
  out.emplace_back("mul", b.mul(in.x, in.x));
  out.emplace_back("affine", b.affine(in.x, -2.0f, 0.5f));
  out.emplace_back("clamp", b.clamp(in.x, -0.2f, 0.4f));
  out.emplace_back("softmax", b.softmax(in.y));
  out.emplace_back("wave_gate", b.gated(in.x, Gate::kTanhSigmoid));
  out.emplace_back("glu", b.gated(in.x, Gate::kGlu));
  const Tensor positive = b.affine(b.mul(in.x, in.x), 1.0f, 0.01f);
  for (const auto kind :
       {Activation::kNone, Activation::kRelu, Activation::kLeakyRelu, Activation::kGelu,
        Activation::kGeluTanh, Activation::kSilu, Activation::kMish, Activation::kTanh,
        Activation::kSigmoid, Activation::kExp, Activation::kLog, Activation::kSqrt,
        Activation::kAbs, Activation::kSin, Activation::kCos, Activation::kSoftplus}) {
    const bool above_zero = kind == Activation::kLog || kind == Activation::kSqrt;
    out.emplace_back("activation_" + std::to_string(int(kind)),
                     b.activate(above_zero ? positive : in.x, kind, 0.2f));
  }
}

void add_shapes(Backend& b, const Operands& in, std::vector<Named>& out) {
  const int64_t length = in.x.dim(2);
  out.emplace_back("reshape", b.reshape(in.x, {2, 3, length}));
  out.emplace_back("reshape_flat", b.reshape(in.y, {1, -1}));
  out.emplace_back("reshape_split", b.reshape(in.y, {length, 2, 4}));
  out.emplace_back("transpose", b.transpose(in.x, 0, 2));
  out.emplace_back("concat", b.concat({in.x, b.transpose(b.slice(in.y, 2, 0, 6), 1, 2)}, 2));
  out.emplace_back("slice", b.slice(in.x, 2, 1, length - 1));
  out.emplace_back("slice_last", b.slice(in.x, -1, length - 2, length));
  out.emplace_back("flip", b.flip(in.x, 2));
  out.emplace_back("pad", b.pad(in.x, 2, 1, PadMode::kZero));
  out.emplace_back("reflect", b.pad(in.x, 2, 3, PadMode::kReflect));
  out.emplace_back("repeat", b.repeat_frames(in.x, 3));
  out.emplace_back("resize", b.resize_linear(in.x, 2 * length + 1));
  out.emplace_back("resize_down", b.resize_linear(in.x, 3));
  const Tensor one = b.from_host(HostTensor::from_floats({1, 1, 1}, {0.5f}));
  out.emplace_back("repeat_open", b.repeat_frames(one, length));
}

std::vector<Named> all_operations(Backend& b, const Operands& in) {
  std::vector<Named> out;
  add_layers(b, in, out);
  add_attention(b, in, out);
  add_elementwise(b, in, out);
  add_shapes(b, in, out);
  return out;
}

tensor::OnnxGraph recorded_operations() {
  Recorder recorder;
  const int64_t length = recorder.symbol("length");
  Operands in;
  in.x = recorder.input("x", Element::kFloat, {1, kChannels, length});
  in.y = recorder.input("y", Element::kFloat, {1, length, kWidth});
  in.ids = recorder.input("ids", Element::kInt, {1, length});
  return recorder.finish("operations", all_operations(recorder, in));
}

TEST(OnnxRecorder, SymbolicSizesAddUp) {
  const int64_t a = kSymbols[0], b = kSymbols[1];
  for (const int64_t first : {-3, -1, 0, 1, 640, 16000}) {
    for (const int64_t second : {-2, 0, 1, 1280}) {
      for (const int64_t constant : {-70000, -1, 0, 5, 4000}) {
        const int64_t size = first * a + second * b + constant;
        const LinearSize form = unpack_size(size);
        EXPECT_EQ(form.constant, constant);
        EXPECT_THAT(form.coefficients, ::testing::ElementsAre(first, second));
        EXPECT_EQ(is_symbolic(size), first != 0 || second != 0);
      }
    }
  }
}

TEST(OnnxRecorder, OperationsGiveWhatTheCpuGivesAtEveryLength) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  const auto graph = recorded_operations();
  const auto cpu = make_cpu_backend();
  for (const int64_t length : {4, 5, 23}) {
    myna::testing::NamedTensors inputs = {{"x", host({1, kChannels, length}, 21)},
                                          {"y", host({1, length, kWidth}, 22)}};
    std::vector<int64_t> ids;
    for (int64_t i = 0; i < length; ++i) ids.push_back(i * 5 % kRows);
    inputs["ids"] = HostTensor::from_ints({1, length}, ids);
    const auto actual = myna::testing::run_onnx(graph, inputs);
    const Operands in{cpu->from_host(inputs["x"]), cpu->from_host(inputs["y"]),
                      cpu->from_host(inputs["ids"])};
    for (const auto& [name, wanted] : all_operations(*cpu, in)) {
      const auto found = actual.find(name);
      ASSERT_NE(found, actual.end()) << name;
      EXPECT_EQ(found->second.shape(), wanted.shape()) << name << " of " << length;
      // f32 on both sides; sums of up to some fifty products of values around 1.
      testing::expect_near(found->second, testing::doubles(cpu->to_host(wanted)), 2e-5,
                           name + " of " + std::to_string(length));
    }
  }
}

TEST(OnnxRecorder, CachedStepsGoOnFromThePast) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  Recorder recorder;
  const Tensor q = recorder.input("q", Element::kFloat, {1, 1, kWidth});
  const auto cache = recorder.cache_input(1, kWidth, 2, recorder.symbol("past"));
  EXPECT_EQ(cache->length(0), kSymbols[0]);
  std::vector<Named> outputs = {{"y", recorder.cached_attention(*cache, 0, q, q, q)}};
  for (auto& one : Recorder::cache_outputs(*cache)) outputs.push_back(one);
  const auto graph = recorder.finish("step", outputs);

  // The same as the last row of attention over everything.
  constexpr int64_t kPast = 5;
  const HostTensor all = host({1, kPast + 1, kWidth}, 31);
  const auto cpu = make_cpu_backend();
  const Tensor x = cpu->from_host(all);
  const Tensor last = cpu->slice(x, 1, kPast, kPast + 1);
  const Tensor past =
      cpu->transpose(cpu->reshape(cpu->slice(x, 1, 0, kPast), {1, kPast, 2, kWidth / 2}), 1, 2);
  const auto actual = myna::testing::run_onnx(graph, {{"q", cpu->to_host(last)},
                                                      {"past_key_0", cpu->to_host(past)},
                                                      {"past_value_0", cpu->to_host(past)}});
  testing::expect_near(actual.at("y"),
                       testing::doubles(cpu->to_host(cpu->attention(last, x, x, 2))), 1e-6);
  EXPECT_EQ(actual.at("present_key_0").shape(), (Shape{1, 2, kPast + 1, kWidth / 2}));
}

TEST(OnnxRecorder, TheCheckerAgrees) {
  MYNA_REQUIRE_ONNX_CHECKER();
  const myna::testing::TempDir folder;
  tensor::write_onnx(folder / "operations.onnx", recorded_operations());
  EXPECT_EQ(myna::testing::onnx_complaints(folder / "operations.onnx"), "");
}

TEST(OnnxRecorder, WritesOnlyWhatTheOutputsNeedAndNamesSizes) {
  Recorder recorder;
  const auto used =
      recorder.linear_weights({2, 3, Precision::kF32}, {"used.weight", host({3, 2}, 1)}, {});
  recorder.linear_weights({2, 3, Precision::kF32}, {"unused.weight", host({3, 2}, 1)}, {});
  const Tensor x = recorder.input("x", Element::kFloat, {1, recorder.symbol("n"), 2});
  const Tensor y = recorder.linear(x, used, {});
  const auto graph = recorder.finish("one", {{"y", y}, {"again", y}, {"input", x}});
  ASSERT_EQ(graph.initializers.size(), 1u);
  EXPECT_EQ(graph.initializers[0].first, "used.weight");
  EXPECT_EQ(graph.nodes.size(), 3u);  // the product and two copies
  EXPECT_EQ(std::get<std::string>(graph.outputs[0].shape[1]), "n");
  // The next graph has its own symbols.
  const Tensor z = recorder.input("z", Element::kFloat, {1, 2, recorder.symbol("m")});
  const auto second = recorder.finish(
      "two", {{"w", recorder.pad(recorder.repeat_frames(z, 2), 1, 0, PadMode::kZero)}});
  EXPECT_EQ(std::get<std::string>(second.outputs[0].shape[2]), "2 * m + 1");
}

TEST(OnnxRecorder, RefusesWhatAGraphCannotHold) {
  Recorder recorder;
  const Tensor x = recorder.input("x", Element::kFloat, {1, 2, recorder.symbol("n")});
  EXPECT_THROW(recorder.mask_frames(x, {3}), Error);
  EXPECT_THROW(recorder.to_host(x), Error);
  EXPECT_THROW(convolved(recorder, x, {.in = 2, .out = 2, .kernel = 2, .stride = 2}), Error);
  EXPECT_THROW(recorder.add(x, recorder.from_host(host({3, 1}, 1))), Error);
  recorder.symbol("k");
  EXPECT_THROW(recorder.symbol("l"), Error);
}

}  // namespace
}  // namespace myna::compute
