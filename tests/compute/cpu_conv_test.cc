// Convolutions of the CPU backend against a plain double-precision reference.
#include "compute/compute_support.h"

namespace myna::compute::testing {
namespace {

struct Case {
  ConvSpec spec;
  int64_t batch, frames;
  std::string name;
};

Values reference_conv(const ConvSpec& s, const Values& x, int64_t batch, int64_t frames,
                      const Values& w, const Values& bias, int64_t out_frames) {
  const int64_t gi = s.in / s.groups, go = s.out / s.groups;
  Values y(size_t(batch * s.out * out_frames));
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t o = 0; o < s.out; ++o) {
      const int64_t group = o / go;
      for (int64_t t = 0; t < out_frames; ++t) {
        double sum = bias.empty() ? 0.0 : bias[size_t(o)];
        for (int64_t i = 0; i < gi; ++i)
          for (int64_t k = 0; k < s.kernel; ++k) {
            const int64_t in = group * gi + i;
            int64_t at;
            double weight;
            if (s.transposed) {  // t = at * stride + k * dilation - pad_left
              const int64_t full = t + s.pad_left - k * s.dilation;
              if (full < 0 || full % s.stride) continue;
              at = full / s.stride;
              weight = w[size_t((in * go + o % go) * s.kernel + k)];
            } else {
              at = t * s.stride + k * s.dilation - s.pad_left;
              weight = w[size_t((o * gi + i) * s.kernel + k)];
            }
            if (at < 0 || at >= frames) continue;
            sum += weight * x[size_t((b * s.in + in) * frames + at)];
          }
        y[size_t((b * s.out + o) * out_frames + t)] = sum;
      }
    }
  return y;
}

int64_t expected_frames(const ConvSpec& s, int64_t frames) {
  const int64_t span = s.dilation * (s.kernel - 1) + 1;
  if (s.transposed)
    return (frames - 1) * s.stride - s.pad_left - s.pad_right + span + s.output_padding;
  return (frames + s.pad_left + s.pad_right - span) / s.stride + 1;
}

std::vector<Case> cases() {
  ConvSpec base{.in = 5, .out = 7};
  std::vector<Case> all;
  const auto add = [&](const std::string& name, ConvSpec s, int64_t batch, int64_t frames) {
    all.push_back({s, batch, frames, name});
  };
  add("one frame", base, 1, 1);
  add("pointwise", base, 2, 19);
  add("kernel longer than the input",
      {.in = 3, .out = 4, .kernel = 7, .pad_left = 3, .pad_right = 3}, 2, 2);
  add("same, odd channels", {.in = 17, .out = 33, .kernel = 5, .pad_left = 2, .pad_right = 2}, 3,
      101);
  add("causal padding", {.in = 8, .out = 8, .kernel = 4, .pad_left = 3}, 1, 37);
  add("dilated",
      {.in = 16, .out = 16, .kernel = 11, .dilation = 5, .pad_left = 25, .pad_right = 25}, 1, 700);
  add("dilated beyond the input",
      {.in = 16, .out = 16, .kernel = 3, .dilation = 9, .pad_left = 9, .pad_right = 9}, 1, 4);
  add("strided", {.in = 1, .out = 24, .kernel = 10, .stride = 5}, 2, 403);
  add("strided, many channels", {.in = 40, .out = 48, .kernel = 3, .stride = 2}, 1, 200);
  add("grouped", {.in = 24, .out = 36, .kernel = 3, .groups = 4, .pad_left = 1, .pad_right = 1}, 2,
      50);
  add("grouped, long kernel",
      {.in = 64, .out = 64, .kernel = 128, .groups = 16, .pad_left = 64, .pad_right = 64}, 1, 40);
  add("depthwise", {.in = 37, .out = 37, .kernel = 7, .groups = 37, .pad_left = 3, .pad_right = 3},
      2, 133);
  add("depthwise, long kernel, short input",
      {.in = 20, .out = 20, .kernel = 31, .groups = 20, .pad_left = 15, .pad_right = 15}, 1, 5);
  add("depthwise, strided and dilated",
      {.in = 18,
       .out = 18,
       .kernel = 5,
       .stride = 2,
       .dilation = 3,
       .groups = 18,
       .pad_left = 4,
       .pad_right = 2},
      2, 61);
  add("depthwise with two outputs per channel",
      {.in = 6, .out = 12, .kernel = 3, .groups = 6, .pad_left = 1, .pad_right = 1}, 1, 31);
  add("transposed",
      {.in = 12,
       .out = 6,
       .kernel = 16,
       .stride = 10,
       .pad_left = 3,
       .pad_right = 3,
       .transposed = true},
      2, 23);
  add("transposed, one frame",
      {.in = 12,
       .out = 6,
       .kernel = 4,
       .stride = 2,
       .pad_left = 1,
       .pad_right = 1,
       .transposed = true},
      1, 1);
  add("transposed, output padding",
      {.in = 9,
       .out = 5,
       .kernel = 5,
       .stride = 4,
       .pad_left = 2,
       .pad_right = 1,
       .output_padding = 3,
       .transposed = true},
      2, 17);
  add("transposed, kernel shorter than the stride",
      {.in = 4, .out = 4, .kernel = 2, .stride = 5, .transposed = true}, 1, 9);
  add("transposed, dilated",
      {.in = 4,
       .out = 3,
       .kernel = 3,
       .stride = 2,
       .dilation = 3,
       .pad_left = 2,
       .pad_right = 1,
       .transposed = true},
      1, 11);
  add("transposed, grouped",
      {.in = 8,
       .out = 12,
       .kernel = 4,
       .stride = 2,
       .groups = 4,
       .pad_left = 1,
       .pad_right = 1,
       .transposed = true},
      1, 13);
  add("many frames",
      {.in = 32, .out = 32, .kernel = 7, .dilation = 3, .pad_left = 9, .pad_right = 9}, 1, 4099);
  add("wide", {.in = 192, .out = 384, .kernel = 5, .pad_left = 2, .pad_right = 2}, 2, 71);
  return all;
}

// f32 sums of up to 2000 products of values below 1: the error stays below 1e-6 of the largest
// partial sums, which are below 60.
constexpr double kF32 = 2e-5;

TEST(CpuConv, MatchesTheReference) {
  const auto backend = precise_backend();
  for (const Case& c : cases()) {
    const ConvSpec& s = c.spec;
    const HostTensor x = host({c.batch, s.in, c.frames}, 1);
    const Parameter weight{"w", host(s.transposed ? Shape{s.in, s.out / s.groups, s.kernel}
                                                  : Shape{s.out, s.in / s.groups, s.kernel},
                                     2)};
    const Parameter bias{"b", host({s.out}, 3)};
    const WeightsPtr w = backend->conv_weights(s, {.weight = weight}, bias);
    const int64_t frames = expected_frames(s, c.frames);
    const Values wanted = reference_conv(s, doubles(x), c.batch, c.frames, doubles(weight.value),
                                         doubles(bias.value), frames);
    const Tensor y = backend->conv1d(backend->from_host(x), w);
    ASSERT_EQ(y.shape(), (Shape{c.batch, s.out, frames})) << c.name;
    expect_near(backend->to_host(y), wanted, kF32, c.name);
    const Tensor z = backend->conv1d(swapped_order(*backend, x), w);
    expect_near(backend->to_host(z), wanted, kF32, c.name + ", channels last");

    // Everything that can be fused: leaky input, activation, residual.
    Values activated = doubles(x);
    for (double& v : activated) v = reference_activation(Activation::kLeakyRelu, v, 0.1);
    const HostTensor residual = host({c.batch, s.out, frames}, 4);
    Values fused = reference_conv(s, activated, c.batch, c.frames, doubles(weight.value),
                                  doubles(bias.value), frames);
    const Values add = doubles(residual);
    for (size_t i = 0; i < fused.size(); ++i) fused[i] = std::tanh(fused[i]) + add[i];
    const Tensor f = backend->conv1d(
        backend->activate(backend->from_host(x), Activation::kLeakyRelu, 0.1f), w,
        {.activation = Activation::kTanh, .residual = backend->from_host(residual)});
    expect_near(backend->to_host(f), fused, kF32, c.name + ", fused");
  }
}

// The backend as users get it. On machines without AMX this is the f32 code again.
TEST(CpuConv, NarrowFormatsStayWithinTheirBounds) {
  const auto backend = make_cpu_backend({.threads = 2});
  for (const Case& c : cases())
    for (const Precision precision : {Precision::kDefault, Precision::kF32}) {
      ConvSpec s = c.spec;
      s.precision = precision;
      const HostTensor x = host({c.batch, s.in, c.frames}, 1);
      const Parameter weight{"w", host(s.transposed ? Shape{s.in, s.out / s.groups, s.kernel}
                                                    : Shape{s.out, s.in / s.groups, s.kernel},
                                       2)};
      const Parameter bias{"b", host({s.out}, 3)};
      const int64_t frames = expected_frames(s, c.frames);
      Values activated = doubles(x);
      for (double& v : activated) v = reference_activation(Activation::kLeakyRelu, v, 0.1);
      const Values wanted = reference_conv(s, activated, c.batch, c.frames, doubles(weight.value),
                                           doubles(bias.value), frames);
      const Tensor y =
          backend->conv1d(backend->activate(backend->from_host(x), Activation::kLeakyRelu, 0.1f),
                          backend->conv_weights(s, {.weight = weight}, bias));
      // bf16 keeps 8 bits: each factor is off by at most 2^-9, by 2^-9 / sqrt(3) on average, and
      // the errors of a sum are independent; three tile products leave out low * low only (2^-17).
      const double bound = precision == Precision::kDefault ? 3e-3 : 1e-5;
      EXPECT_LE(relative_error(backend->to_host(y), wanted), bound) << c.name;
    }
}

TEST(CpuConv, FoldsWeightNormalisation) {
  const auto backend = precise_backend();
  const ConvSpec s{.in = 6, .out = 4, .kernel = 3, .pad_left = 1, .pad_right = 1};
  const HostTensor v = host({4, 6, 3}, 5), g = host({4, 1, 1}, 6);
  Values w = doubles(v);
  for (size_t o = 0; o < 4; ++o) {
    double squares = 0;
    for (size_t i = 0; i < 18; ++i) squares += w[o * 18 + i] * w[o * 18 + i];
    for (size_t i = 0; i < 18; ++i) w[o * 18 + i] *= doubles(g)[o] / std::sqrt(squares);
  }
  const HostTensor x = host({1, 6, 20}, 7);
  const WeightsPtr made =
      backend->conv_weights(s, {.g = Parameter{"g", g}, .v = Parameter{"v", v}}, {});
  expect_near(backend->to_host(backend->conv1d(backend->from_host(x), made)),
              reference_conv(s, doubles(x), 1, 20, w, {}, 20), kF32);
}

TEST(CpuConv, NamesTheOperationOfShapeMistakes) {
  const auto backend = precise_backend();
  const ConvSpec s{.in = 6, .out = 4, .kernel = 3};
  const Parameter weight{"w", host({4, 6, 3}, 1)};
  const WeightsPtr w = backend->conv_weights(s, {.weight = weight}, {});
  const auto conv = [&](const Shape& shape) {
    return [=] { backend->conv1d(backend->from_host(host(shape, 1)), w); };
  };
  expect_internal_error("conv1d", conv({1, 5, 9}));
  expect_internal_error("conv1d", conv({6, 9}));
  expect_internal_error("conv1d", conv({1, 6, 2}));
  expect_internal_error("conv1d", [&] {
    backend->conv1d(backend->from_host(host({1, 6, 9}, 1)), w,
                    {.residual = backend->from_host(host({1, 4, 9}, 1))});
  });
  expect_internal_error("conv_weights", [&] {
    backend->conv_weights({.in = 6, .out = 4, .kernel = 5}, {.weight = weight}, {});
  });
  expect_internal_error("linear", [&] { backend->linear(backend->from_host(host({1, 6}, 1)), w); });
}

}  // namespace
}  // namespace myna::compute::testing
