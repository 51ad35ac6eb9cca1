// Linear, norm, elementwise and shape operations of the CPU backend against plain references.
#include <numeric>

#include "compute/compute_support.h"
#include "compute/cpu/kernels/amx.h"
#include "tensor/int8_matrix.h"

namespace myna::compute::testing {
namespace {

constexpr double kF32 = 2e-5;

TEST(CpuLinear, MatchesTheReference) {
  const auto backend = precise_backend();
  for (const auto& [rows, in, out] : std::vector<std::array<int64_t, 3>>{{1, 1, 1},
                                                                         {1, 512, 1536},
                                                                         {3, 40, 7},
                                                                         {8, 33, 65},
                                                                         {9, 33, 65},
                                                                         {70, 129, 200},
                                                                         {300, 64, 48}}) {
    const Parameter weight{"w", host({out, in}, 1)}, bias{"b", host({out}, 2)};
    const HostTensor x = host({1, rows, in}, 3), residual = host({1, rows, out}, 4);
    const WeightsPtr w = backend->linear_weights({.in = in, .out = out}, weight, bias);
    Values wanted(size_t(rows * out));
    const Values xs = doubles(x), ws = doubles(weight.value), bs = doubles(bias.value),
                 rs = doubles(residual);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t o = 0; o < out; ++o) {
        double sum = bs[size_t(o)];
        for (int64_t i = 0; i < in; ++i) sum += xs[size_t(r * in + i)] * ws[size_t(o * in + i)];
        wanted[size_t(r * out + o)] = std::max(sum, 0.0) + rs[size_t(r * out + o)];
      }
    const Tensor y = backend->linear(
        backend->from_host(x), w,
        {.activation = Activation::kRelu, .residual = backend->from_host(residual)});
    expect_near(backend->to_host(y), wanted, kF32, std::to_string(rows) + " rows");
  }
}

// Narrow weights: the result must be that of the rounded weights (and of the rounded input where
// AMX multiplies bf16), as precise as f32.
TEST(CpuLinear, NarrowFactorsAreTheOnlyRounding) {
  for (const bool bf16 : {true, false}) {
    const auto backend = make_cpu_backend({.threads = 2, .bf16 = bf16});
    for (const auto& [rows, in, out] : std::vector<std::array<int64_t, 3>>{{1, 1, 1},
                                                                           {1, 512, 1536},
                                                                           {2, 64, 16},
                                                                           {3, 40, 7},
                                                                           {4, 2048, 512},
                                                                           {8, 33, 65},
                                                                           {9, 33, 65},
                                                                           {70, 129, 200},
                                                                           {300, 64, 48}})
      for (const Precision precision :
           {Precision::kDefault, Precision::kF32, Precision::kBf16, Precision::kInt8}) {
        const Parameter weight{"w", host({out, in}, 1)}, bias{"b", host({out}, 2)};
        const HostTensor x = host({1, rows, in}, 3), residual = host({1, rows, out}, 4);
        std::vector<float> kept = weight.value.to_floats();
        if (precision == Precision::kBf16)
          for (float& w : kept) w = tensor::bfloat16_to_float(tensor::float_to_bfloat16(w));
        if (precision == Precision::kInt8)
          for (int64_t o = 0; o < out; ++o) {
            float top = 0;
            for (int64_t i = 0; i < in; ++i)
              top = std::max(top, std::abs(kept[size_t(o * in + i)]));
            for (int64_t i = 0; i < in; ++i) {
              float& w = kept[size_t(o * in + i)];
              EXPECT_LE(std::abs(w), top);
              w = float(std::lrint(w * (127.0f / top))) * (top / 127.0f);
            }
          }
        Values wanted(size_t(rows * out));
        Values xs = doubles(x);
        const Values bs = doubles(bias.value), rs = doubles(residual);
        const bool tiles = bf16 && cpu::amx::available() && rows > 8;
        if (precision == Precision::kBf16 && tiles)  // factors of one bf16 product
          for (double& v : xs) v = tensor::bfloat16_to_float(tensor::float_to_bfloat16(float(v)));
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t o = 0; o < out; ++o) {
            double sum = bs[size_t(o)];
            for (int64_t i = 0; i < in; ++i)
              sum += xs[size_t(r * in + i)] * double(kept[size_t(o * in + i)]);
            wanted[size_t(r * out + o)] =
                reference_activation(Activation::kSilu, sum, 0) + rs[size_t(r * out + o)];
          }
        const WeightsPtr w =
            backend->linear_weights({.in = in, .out = out, .precision = precision}, weight, bias);
        const Tensor y = backend->linear(
            backend->from_host(x), w,
            {.activation = Activation::kSilu, .residual = backend->from_host(residual)});
        // Beside 8-bit weights the input has 16 bits: half a step is 1.5e-5 of its largest value.
        expect_near(backend->to_host(y), wanted, precision == Precision::kInt8 ? 2 * kF32 : kF32,
                    std::to_string(rows) + " x " + std::to_string(in) + ", precision " +
                        std::to_string(int(precision)));
      }
  }
}

TEST(CpuLinear, WeightsThatComeIn8BitsAreTakenAsTheyAre) {
  const int64_t in = 70, out = 37;
  const HostTensor weight = host({out, in}, 1), x = host({20, in}, 2);
  const Parameter given{"w", tensor::pack_int8(weight)};
  const auto run = [&](const CpuOptions& options, const Parameter& p, Precision precision) {
    const auto b = make_cpu_backend(options);
    const WeightsPtr w = b->linear_weights({.in = in, .out = out, .precision = precision}, p, {});
    return b->to_host(b->linear(b->from_host(x), w)).to_floats();
  };
  for (const bool bf16 : {true, false}) {
    const CpuOptions options{.threads = 2, .bf16 = bf16};
    EXPECT_EQ(run(options, given, Precision::kDefault),
              run(options, {"w", weight}, Precision::kInt8));
  }
  EXPECT_THROW(run({}, {"w", tensor::pack_int8(host({out, 2 * in}, 1))}, Precision::kInt8), Error);
}

// However the numbers come, a layer is prepared from the same ones.
TEST(CpuLinear, HalfFloatsGiveTheBitsThatTheyGiveInF32) {
  const int64_t in = 1031, out = 523;
  const HostTensor half = host({out, in}, 1).cast(tensor::DType::kF16);
  const HostTensor full = half.cast(tensor::DType::kF32), bias = host({out}, 2);
  for (const bool bf16 : {true, false}) {
    const auto b = make_cpu_backend({.threads = 2, .bf16 = bf16});
    for (const Precision precision :
         {Precision::kDefault, Precision::kF32, Precision::kBf16, Precision::kInt8}) {
      const LinearSpec spec{.in = in, .out = out, .precision = precision};
      const WeightsPtr of_half = b->linear_weights(spec, {"w", half}, {"b", bias});
      const WeightsPtr of_full = b->linear_weights(spec, {"w", full}, {"b", bias});
      for (const int64_t rows : {1, 8, 9, 300}) {
        const Tensor x = b->from_host(host({rows, in}, 3));
        EXPECT_EQ(b->to_host(b->linear(x, of_half)).to_floats(),
                  b->to_host(b->linear(x, of_full)).to_floats())
            << rows << " rows";
      }
    }
  }
}

// A sequence must not depend on the others of its batch.
TEST(CpuLinear, RowsDoNotDependOnTheirNumber) {
  const auto backend = make_cpu_backend({.threads = 2});
  for (const Precision precision : {Precision::kBf16, Precision::kInt8}) {
    const WeightsPtr w = backend->linear_weights({.in = 512, .out = 200, .precision = precision},
                                                 {"w", host({200, 512}, 1)}, {});
    const Tensor x = backend->from_host(host({8, 512}, 2));
    const HostTensor all = backend->to_host(backend->linear(x, w));
    for (int64_t r = 0; r < 8; ++r) {
      const HostTensor one = backend->to_host(backend->linear(backend->slice(x, 0, r, r + 1), w));
      for (int64_t o = 0; o < 200; ++o)
        ASSERT_EQ(one.f32()[size_t(o)], all.f32()[size_t(r * 200 + o)]);
    }
  }
}

TEST(CpuElementwise, ActivationsMatchTheReference) {
  const auto backend = precise_backend();
  for (int a = int(Activation::kNone); a <= int(Activation::kSoftplus); ++a) {
    const auto kind = Activation(a);
    const bool positive = kind == Activation::kLog || kind == Activation::kSqrt;
    for (const int64_t count : {1, 5, 16, 37, 70001}) {
      std::vector<float> x = draw(count, 11, 9.0f);
      if (positive)
        for (float& v : x) v = std::abs(v) + 1e-3f;
      Values wanted;
      for (const float v : x) wanted.push_back(reference_activation(kind, double(v), 0.2));
      const Tensor y =
          backend->activate(backend->from_host(HostTensor::from_floats({count}, x)), kind, 0.2f);
      // e^9 is 8103, whose f32 neighbours are 5e-4 apart; expect_near scales by that.
      expect_near(backend->to_host(y), wanted, 1e-6, "activation " + std::to_string(a));
    }
  }
}

TEST(CpuElementwise, ActivationsStandLargeArguments) {
  const auto backend = precise_backend();
  const std::vector<float> x = {-1e4f, -200.0f, -90.0f, 90.0f, 200.0f, 1e4f};
  for (const Activation kind :
       {Activation::kGelu, Activation::kGeluTanh, Activation::kSilu, Activation::kMish,
        Activation::kTanh, Activation::kSigmoid, Activation::kSoftplus}) {
    Values wanted;
    for (const float v : x)
      wanted.push_back(kind == Activation::kMish && v > 0
                           ? double(v)
                           : reference_activation(kind, double(v), 0));
    expect_near(backend->to_host(backend->activate(
                    backend->from_host(HostTensor::from_floats({6}, x)), kind, 0)),
                wanted, 1e-6, "activation " + std::to_string(int(kind)));
  }
}

// Written as the sums of its definition: zeros between the samples, the filter, the activation, the
// filter, every other sample.
Values reference_snake(const HostTensor& x, const HostTensor& alpha, const HostTensor& beta,
                       const std::vector<float>& filter) {
  const int64_t frames = x.dim(2), rows = x.dim(0) * x.dim(1);
  const Values v = doubles(x), a = doubles(alpha), b = doubles(beta);
  const auto ends = [](int64_t t, int64_t n) { return std::clamp<int64_t>(t, 0, n - 1); };
  Values y;
  for (int64_t row = 0; row < rows; ++row) {
    const auto c = size_t(row % x.dim(1));
    Values up(size_t(2 * frames), 0.0);
    for (int64_t t = -5; t < frames + 5; ++t)
      for (int64_t k = 0; k < kSnakeTaps; ++k) {
        const int64_t at = 2 * t + k - 5;
        if (at < 0 || at >= 2 * frames) continue;
        up[size_t(at)] += 2 * double(filter[size_t(k)]) * v[size_t(row * frames + ends(t, frames))];
      }
    for (double& s : up) {
      const double sine = std::sin(std::exp(a[c]) * s);
      s += sine * sine / (std::exp(b[c]) + 1e-9);
    }
    for (int64_t t = 0; t < frames; ++t) {
      double sum = 0;
      for (int64_t k = 0; k < kSnakeTaps; ++k)
        sum += double(filter[size_t(k)]) * up[size_t(ends(2 * t + k - 5, 2 * frames))];
      y.push_back(sum);
    }
  }
  return y;
}

TEST(CpuElementwise, FilteredSnakeMatchesItsDefinition) {
  const auto backend = precise_backend();
  std::vector<float> filter = draw(kSnakeTaps, 5);  // of no symmetry, so that its direction counts
  for (const Shape& shape : std::vector<Shape>{{1, 24, 400},
                                               {2, 3, 7},
                                               {1, 1, 30},
                                               {1, 40, 1},
                                               {2, 5, 2},
                                               {1, 100, 131},
                                               {1, 160, 64},
                                               {1, 17, 241}}) {
    const HostTensor x = host(shape, 1, 3.0f), a = host({shape[1]}, 2), b = host({shape[1]}, 3);
    const Values wanted = reference_snake(x, a, b, filter);
    for (const Tensor& t : {backend->from_host(x), swapped_order(*backend, x)}) {
      expect_near(backend->to_host(backend->filtered_snake(t, backend->from_host(a),
                                                           backend->from_host(b), filter)),
                  wanted, 1e-6, tensor::shape_string(shape));
    }
  }
}

TEST(CpuElementwise, FilteredSnakeIsExactForLargeArguments) {
  const auto backend = precise_backend();
  std::vector<float> filter(kSnakeTaps, 0.0f);
  filter[5] = filter[6] = 0.5f;
  // Frequency and gain are powers of two: arguments up to 4096 without rounding.
  const HostTensor x = HostTensor::from_floats({1, 1, 4}, {4096.0f, 4096.0f, -3000.5f, -3000.5f});
  const HostTensor zero = HostTensor::zeros({1});
  const Values wanted = reference_snake(x, zero, zero, filter);
  const std::vector<float> got =
      backend
          ->to_host(backend->filtered_snake(backend->from_host(x), backend->from_host(zero),
                                            backend->from_host(zero), filter))
          .to_floats();
  // Next to a value of 4096 the unit of the last place is 2.4e-4 or 4.9e-4.
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 5e-4) << i;
  expect_internal_error("filtered_snake", [&] {
    backend->filtered_snake(backend->from_host(x), backend->from_host(zero),
                            backend->from_host(zero), std::vector<float>(3, 0.0f));
  });
}

TEST(CpuElementwise, BinaryOperationsBroadcastInBothOrders) {
  const auto backend = precise_backend();
  const std::vector<std::pair<Shape, Shape>> pairs = {{{3, 5, 7}, {3, 5, 7}},
                                                      {{3, 5, 7}, {1, 5, 1}},
                                                      {{3, 5, 7}, {3, 1, 7}},
                                                      {{3, 5, 7}, {7}},
                                                      {{1}, {3, 5, 7}},
                                                      {{3, 5, 1}, {3, 1, 7}},
                                                      {{5, 7}, {3, 5, 7}},
                                                      {{2, 33, 40}, {2, 33, 1}},
                                                      {{}, {4, 2}},
                                                      {{2, 3, 1, 5}, {3, 4, 1}},
                                                      {{1, 300, 301}, {1, 300, 301}}};
  for (const auto& [sa, sb] : pairs) {
    const size_t rank = std::max(sa.size(), sb.size());
    const auto padded = [rank](Shape s) {
      s.insert(s.begin(), rank - s.size(), 1);
      return s;
    };
    const Shape pa = padded(sa), pb = padded(sb);
    Shape shape(rank);
    for (size_t n = 0; n < rank; ++n) shape[n] = std::max(pa[n], pb[n]);
    const HostTensor a = host(sa, 1), b = host(sb, 2);
    const Values va = doubles(a), vb = doubles(b);
    Values sum, difference, product;
    for (int64_t i = 0; i < tensor::element_count(shape); ++i) {
      int64_t rest = i, ia = 0, ib = 0, step_a = 1, step_b = 1;
      for (size_t n = rank; n-- > 0;) {
        const int64_t index = rest % shape[n];
        rest /= shape[n];
        ia += (pa[n] > 1 ? index : 0) * step_a;
        ib += (pb[n] > 1 ? index : 0) * step_b;
        step_a *= pa[n];
        step_b *= pb[n];
      }
      sum.push_back(va[size_t(ia)] + vb[size_t(ib)]);
      difference.push_back(va[size_t(ia)] - vb[size_t(ib)]);
      product.push_back(va[size_t(ia)] * vb[size_t(ib)]);
    }
    const std::string what = tensor::shape_string(sa) + " and " + tensor::shape_string(sb);
    for (int order = 0; order < 4; ++order) {
      const auto tensor = [&](const HostTensor& t, bool turn) {
        return turn && t.shape().size() >= 2 ? swapped_order(*backend, t) : backend->from_host(t);
      };
      const Tensor ta = tensor(a, order & 1), tb = tensor(b, order & 2);
      EXPECT_EQ(backend->add(ta, tb).shape(), shape) << what;
      expect_near(backend->to_host(backend->add(ta, tb)), sum, 1e-6, what);
      expect_near(backend->to_host(backend->sub(ta, tb)), difference, 1e-6, what);
      expect_near(backend->to_host(backend->mul(ta, tb)), product, 1e-6, what);
    }
  }
  expect_internal_error("add", [&] {
    backend->add(backend->from_host(host({2, 3}, 1)), backend->from_host(host({2, 4}, 1)));
  });
}

TEST(CpuNorms, MatchTheReference) {
  const auto backend = precise_backend();
  for (const auto& [batch, channels, frames] :
       std::vector<std::array<int64_t, 3>>{{1, 1, 1}, {2, 12, 37}, {1, 192, 5}, {2, 64, 700}}) {
    const HostTensor x = host({batch, channels, frames}, 1, 3.0f);
    const HostTensor gain = host({channels}, 2), bias = host({channels}, 3);
    const Values v = doubles(x), g = doubles(gain), b = doubles(bias);
    const auto at = [&, c_ = channels, t_ = frames](int64_t n, int64_t c, int64_t t) {
      return size_t((n * c_ + c) * t_ + t);
    };
    Values by_channel(v.size());
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t t = 0; t < frames; ++t) {
        double mean = 0, variance = 0;
        for (int64_t c = 0; c < channels; ++c) mean += v[at(n, c, t)] / double(channels);
        for (int64_t c = 0; c < channels; ++c)
          variance += std::pow(v[at(n, c, t)] - mean, 2) / double(channels);
        for (int64_t c = 0; c < channels; ++c)
          by_channel[at(n, c, t)] =
              (v[at(n, c, t)] - mean) / std::sqrt(variance + 1e-5) * g[size_t(c)] + b[size_t(c)];
      }
    const Tensor tg = backend->from_host(gain), tb = backend->from_host(bias);
    for (const Tensor& tx : {backend->from_host(x), swapped_order(*backend, x)}) {
      expect_near(backend->to_host(backend->channel_norm(tx, tg, tb, 1e-5f)), by_channel, 1e-5);
      const Tensor turned = backend->layer_norm(backend->transpose(tx, 1, 2), tg, tb, 1e-5f);
      expect_near(backend->to_host(backend->transpose(turned, 1, 2)), by_channel, 1e-5);
    }
    for (const int64_t groups : {int64_t(1), channels, channels % 4 ? channels : channels / 4}) {
      Values by_group(v.size());
      const int64_t size = channels / groups;
      for (int64_t n = 0; n < batch; ++n)
        for (int64_t group = 0; group < groups; ++group) {
          double mean = 0, variance = 0;
          const double count = double(size * frames);
          for (int64_t c = group * size; c < (group + 1) * size; ++c)
            for (int64_t t = 0; t < frames; ++t) mean += v[at(n, c, t)] / count;
          for (int64_t c = group * size; c < (group + 1) * size; ++c)
            for (int64_t t = 0; t < frames; ++t)
              variance += std::pow(v[at(n, c, t)] - mean, 2) / count;
          for (int64_t c = group * size; c < (group + 1) * size; ++c)
            for (int64_t t = 0; t < frames; ++t)
              by_group[at(n, c, t)] =
                  (v[at(n, c, t)] - mean) / std::sqrt(variance + 1e-5) * g[size_t(c)] +
                  b[size_t(c)];
        }
      expect_near(
          backend->to_host(backend->group_norm(backend->from_host(x), groups, tg, tb, 1e-5f)),
          by_group, 2e-5, std::to_string(groups) + " groups");
    }
  }
}

TEST(CpuElementwise, SmallOperationsMatchTheReference) {
  const auto backend = precise_backend();
  const HostTensor x = host({2, 6, 9}, 1, 4.0f);
  const Values v = doubles(x);
  for (const Tensor& t : {backend->from_host(x), swapped_order(*backend, x)}) {
    Values affine = v, clamped = v;
    for (double& a : affine) a = a * 2.5 - 1;
    for (double& a : clamped) a = std::clamp(a, -1.0, 2.0);
    expect_near(backend->to_host(backend->affine(t, 2.5f, -1.0f)), affine, 1e-6);
    expect_near(backend->to_host(backend->clamp(t, -1.0f, 2.0f)), clamped, 1e-6);
    Values glu, wavenet, masked = v, means, soft(v.size());
    const Lengths lengths = {4, 11};
    for (size_t b = 0; b < 2; ++b) {
      for (size_t c = 0; c < 3; ++c)
        for (size_t f = 0; f < 9; ++f) {
          const double p = v[(b * 6 + c) * 9 + f], q = v[(b * 6 + c + 3) * 9 + f];
          glu.push_back(p / (1 + std::exp(-q)));
          wavenet.push_back(std::tanh(p) / (1 + std::exp(-q)));
        }
      for (size_t c = 0; c < 6; ++c) {
        double mean = 0, total = 0;
        const size_t valid = b == 0 ? 4 : 9;
        for (size_t f = 0; f < 9; ++f) {
          double& m = masked[(b * 6 + c) * 9 + f];
          if (f >= valid) m = 0;
          mean += m / double(valid);
          total += std::exp(v[(b * 6 + c) * 9 + f]);
        }
        for (size_t f = 0; f < 9; ++f)
          soft[(b * 6 + c) * 9 + f] = std::exp(v[(b * 6 + c) * 9 + f]) / total;
        means.push_back(mean);
      }
    }
    expect_near(backend->to_host(backend->gated(t, Gate::kGlu)), glu, 1e-6);
    expect_near(backend->to_host(backend->gated(t, Gate::kTanhSigmoid)), wavenet, 1e-6);
    expect_near(backend->to_host(backend->mask_frames(t, lengths)), masked, 0);
    expect_near(backend->to_host(backend->mean_frames(t, lengths)), means, 1e-6);
    expect_near(backend->to_host(backend->softmax(t)), soft, 1e-6);
  }
  expect_internal_error("gated", [&] {
    backend->gated(backend->from_host(host({1, 3, 4}, 1)), Gate::kGlu);
  });
}

// Every shape operation against index arithmetic, in both orders of storage.
TEST(CpuShape, MovesTheRightValues) {
  const auto backend = precise_backend();
  const HostTensor x = host({2, 3, 5}, 1);
  const Values v = doubles(x);
  const auto at = [&](int64_t b, int64_t c, int64_t t) { return v[size_t((b * 3 + c) * 5 + t)]; };
  const auto expect = [&](const Tensor& y, const Shape& shape,
                          const std::function<double(int64_t, int64_t, int64_t)>& value,
                          const std::string& what, double tolerance = 0) {
    ASSERT_EQ(y.shape(), shape) << what;
    Values wanted;
    for (int64_t a = 0; a < shape[0]; ++a)
      for (int64_t b = 0; b < shape[1]; ++b)
        for (int64_t c = 0; c < shape[2]; ++c) wanted.push_back(value(a, b, c));
    expect_near(backend->to_host(y), wanted, tolerance, what);
  };
  for (const Tensor& t : {backend->from_host(x), swapped_order(*backend, x)}) {
    expect(
        backend->transpose(t, 1, 2), {2, 5, 3}, [&](auto a, auto b, auto c) { return at(a, c, b); },
        "transpose 1 2");
    expect(
        backend->transpose(t, 0, 1), {3, 2, 5}, [&](auto a, auto b, auto c) { return at(b, a, c); },
        "transpose 0 1");
    expect(
        backend->transpose(t, -1, 0), {5, 3, 2},
        [&](auto a, auto b, auto c) { return at(c, b, a); }, "transpose 0 2");
    expect(
        backend->slice(t, 0, 1, 2), {1, 3, 5}, [&](auto, auto b, auto c) { return at(1, b, c); },
        "slice 0");
    expect(
        backend->slice(t, 1, 1, 3), {2, 2, 5},
        [&](auto a, auto b, auto c) { return at(a, b + 1, c); }, "slice 1");
    expect(
        backend->slice(t, 2, 3, 4), {2, 3, 1}, [&](auto a, auto b, auto) { return at(a, b, 3); },
        "slice 2");
    expect(
        backend->slice(backend->slice(t, 0, 1, 2), 2, 1, 4), {1, 3, 3},
        [&](auto, auto b, auto c) { return at(1, b, c + 1); }, "slice twice");
    for (int axis = 0; axis < 3; ++axis)
      expect(
          backend->flip(t, axis), {2, 3, 5},
          [&](auto a, auto b, auto c) {
            return at(axis == 0 ? 1 - a : a, axis == 1 ? 2 - b : b, axis == 2 ? 4 - c : c);
          },
          "flip");
    expect(
        backend->pad(t, 2, 1, PadMode::kZero), {2, 3, 8},
        [&](auto a, auto b, auto c) { return c < 2 || c > 6 ? 0.0 : at(a, b, c - 2); }, "pad");
    expect(
        backend->pad(t, 2, 1, PadMode::kReflect), {2, 3, 8},
        [&](auto a, auto b, auto c) {
          const int64_t n = c - 2;
          return at(a, b, n < 0 ? -n : n > 4 ? 8 - n : n);
        },
        "reflect");
    expect(
        backend->repeat_frames(t, 3), {2, 3, 15},
        [&](auto a, auto b, auto c) { return at(a, b, c / 3); }, "repeat");
    for (const int64_t frames : {1, 3, 5, 11})
      expect(
          backend->resize_linear(t, frames), {2, 3, frames},
          [&](auto a, auto b, auto c) {
            const double p = std::max(0.0, (double(c) + 0.5) * 5 / double(frames) - 0.5);
            const auto low = std::min<int64_t>(int64_t(p), 4);
            const auto high = std::min<int64_t>(low + 1, 4);
            return at(a, b, low) * (1 - (p - double(low))) + at(a, b, high) * (p - double(low));
          },
          "resize", 1e-6);
    expect(
        backend->reshape(t, {5, 2, -1}), {5, 2, 3},
        [&](auto a, auto b, auto c) { return v[size_t((a * 2 + b) * 3 + c)]; }, "reshape");
    for (int axis = 0; axis < 3; ++axis) {
      Shape shape = {2, 3, 5};
      shape[size_t(axis)] *= 2;
      expect(
          backend->concat({t, backend->from_host(x)}, axis), shape,
          [&](auto a, auto b, auto c) { return at(a % 2, b % 3, c % 5); }, "concat");
    }
    expect(backend->concat({backend->slice(t, 2, 0, 1), backend->slice(t, 2, 1, 5)}, -1), {2, 3, 5},
           at, "concat of one frame and the rest");
    // A pending activation survives being moved.
    const Tensor leaky = backend->activate(t, Activation::kLeakyRelu, 0.5f);
    const auto bent = [](double a) { return a < 0 ? a / 2 : a; };
    expect(
        backend->slice(backend->transpose(leaky, 1, 2), 1, 1, 3), {2, 2, 3},
        [&](auto a, auto b, auto c) { return bent(at(a, c, b + 1)); }, "pending", 1e-7);
  }
}

TEST(CpuShape, IndicesKeepTheirValues) {
  const auto backend = precise_backend();
  const Tensor ids = backend->from_host(HostTensor::from_ints({2, 3}, {0, 1, 2, 3, 4, 5}));
  const auto ints = [&](const Tensor& t) { return backend->to_host(t).to_ints(); };
  EXPECT_EQ(ints(backend->transpose(ids, 0, 1)), (std::vector<int64_t>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(ints(backend->slice(ids, 1, 1, 3)), (std::vector<int64_t>{1, 2, 4, 5}));
  EXPECT_EQ(ints(backend->concat({ids, ids}, 1)),
            (std::vector<int64_t>{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_EQ(ints(backend->flip(ids, 1)), (std::vector<int64_t>{2, 1, 0, 5, 4, 3}));
  const HostTensor table = host({6, 4}, 1);
  const Tensor rows = backend->embedding(ids, backend->from_host(table));
  EXPECT_EQ(rows.shape(), (Shape{2, 3, 4}));
  expect_near(backend->to_host(rows), doubles(table), 0);
  expect_internal_error("embedding", [&] {
    backend->embedding(backend->from_host(HostTensor::from_ints({1}, {6})),
                       backend->from_host(table));
  });
}

TEST(CpuShape, NamesTheOperationOfMistakes) {
  const auto b = precise_backend();
  const Tensor t = b->from_host(host({2, 3, 5}, 1));
  expect_internal_error("reshape", [&] { b->reshape(t, {7, -1}); });
  expect_internal_error("reshape", [&] { b->reshape(t, {-1, -1}); });
  expect_internal_error("slice", [&] { b->slice(t, 2, 3, 6); });
  expect_internal_error("transpose", [&] { b->transpose(t, 0, 3); });
  expect_internal_error("concat", [&] { b->concat({t, b->slice(t, 2, 0, 2)}, 1); });
  expect_internal_error("pad", [&] { b->pad(t, 5, 0, PadMode::kReflect); });
  expect_internal_error("softmax", [&] { b->softmax(Tensor()); });
  expect_internal_error("layer_norm", [&] { b->layer_norm(t, t, {}, 1e-5f); });
}

}  // namespace
}  // namespace myna::compute::testing
