// Attention and cached decoding of the CPU backend against plain double-precision references.
#include "compute/compute_support.h"

namespace myna::compute::testing {
namespace {

struct Case {
  int64_t batch, queries, keys, width, heads;
  AttentionMask mask;
  int64_t window = 0;  // 0: no relative positions
  std::string name;
};

// As written in backend.h; hidden keys get one large negative score, so that a query that sees
// nothing weighs all keys alike.
Values reference_attention(const Case& c, const Values& q, const Values& k, const Values& v,
                           const Values& ek, const Values& ev) {
  const int64_t dim = c.width / c.heads;
  Values out(size_t(c.batch * c.queries * c.width), 0.0);
  for (int64_t b = 0; b < c.batch; ++b)
    for (int64_t h = 0; h < c.heads; ++h)
      for (int64_t i = 0; i < c.queries; ++i) {
        const auto at = [&](int64_t rows, int64_t row, int64_t d) {
          return size_t((b * rows + row) * c.width + h * dim + d);
        };
        Values p(static_cast<size_t>(c.keys));
        double top = -1e300, total = 0;
        for (int64_t j = 0; j < c.keys; ++j) {
          double s = 0;
          for (int64_t d = 0; d < dim; ++d) {
            double key = k[at(c.keys, j, d)];
            if (c.window && std::abs(j - i) <= c.window)
              key += ek[size_t((j - i + c.window) * dim + d)];
            s += q[at(c.queries, i, d)] * key;
          }
          s /= std::sqrt(double(dim));
          const AttentionMask& m = c.mask;
          const bool prefixed = m.kind == AttentionMask::Kind::kPrefixCausal;
          const int64_t prefix = prefixed ? m.prefix : 0;
          bool hidden = !m.key_lengths.empty() && j >= m.key_lengths[size_t(b)];
          if (m.kind != AttentionMask::Kind::kNone && j >= prefix && j > i) hidden = true;
          if (prefixed && j < prefix && !m.prefix_lengths.empty() &&
              j >= m.prefix_lengths[size_t(b)])
            hidden = true;
          p[size_t(j)] = hidden ? -1e30 : s;
          top = std::max(top, p[size_t(j)]);
        }
        for (double& s : p) total += s = std::exp(s - top);
        for (int64_t j = 0; j < c.keys; ++j)
          for (int64_t d = 0; d < dim; ++d) {
            double value = v[at(c.keys, j, d)];
            if (c.window && std::abs(j - i) <= c.window)
              value += ev[size_t((j - i + c.window) * dim + d)];
            out[at(c.queries, i, d)] += p[size_t(j)] / total * value;
          }
      }
  return out;
}

TEST(CpuAttention, MatchesTheReference) {
  using Kind = AttentionMask::Kind;
  const std::vector<Case> cases = {
      {1, 1, 1, 4, 1, {}, 0, "one"},
      {2, 7, 11, 24, 3, {}, 0, "cross"},
      {1, 65, 130, 64, 2, {}, 0, "wide heads"},
      {2, 9, 9, 20, 2, {.key_lengths = {5, 9}}, 0, "ragged"},
      {3, 70, 91, 40, 2, {.key_lengths = {5, 91, 33}}, 0, "many, ragged"},
      {2, 40, 40, 36, 3, {.key_lengths = {1, 40}}, 0, "many, one key"},
      {2, 40, 40, 36, 3, {.key_lengths = {0, 40}}, 0, "many, no key"},
      {1, 300, 1100, 128, 2, {}, 0, "several pieces"},
      {2, 33, 33, 32, 4, {.kind = Kind::kCausal}, 0, "causal"},
      {2, 20, 20, 32, 4, {.kind = Kind::kPrefixCausal, .prefix = 8}, 0, "prefix"},
      {2,
       20,
       20,
       32,
       4,
       {.kind = Kind::kPrefixCausal,
        .prefix = 8,
        .prefix_lengths = {3, 8},
        .key_lengths = {17, 20}},
       0,
       "ragged prefix"},
      {2,
       6,
       6,
       8,
       1,
       {.kind = Kind::kPrefixCausal, .prefix = 4, .prefix_lengths = {0, 2}},
       0,
       "empty prefix"},
      {2, 12, 12, 12, 2, {.key_lengths = {7, 12}}, 4, "relative, ragged"},
      {1, 3, 3, 12, 2, {}, 4, "relative, window beyond the input"},
      {1, 50, 50, 192, 2, {}, 4, "relative, as in SoVITS"},
  };
  for (const auto& [threads, bf16] : {std::pair{1, false}, {2, false}, {1, true}, {2, true}})
    for (const Case& c : cases) {
      const auto b = make_cpu_backend({.threads = threads, .bf16 = bf16});
      const int64_t dim = c.width / c.heads, positions = 2 * c.window + 1;
      const HostTensor q = host({c.batch, c.queries, c.width}, 1, 3.0f);
      const HostTensor k = host({c.batch, c.keys, c.width}, 2, 3.0f);
      const HostTensor v = host({c.batch, c.keys, c.width}, 3);
      const HostTensor ek = host({1, positions, dim}, 4), ev = host({1, positions, dim}, 5);
      const RelativePosition relative{b->from_host(ek), b->from_host(ev), c.window};
      const Tensor y = b->attention(b->from_host(q), b->from_host(k), b->from_host(v), c.heads,
                                    c.mask, c.window ? &relative : nullptr);
      expect_near(
          b->to_host(y),
          reference_attention(c, doubles(q), doubles(k), doubles(v), doubles(ek), doubles(ev)),
          bf16 ? 4e-5 : 1e-5, c.name);
    }
}

TEST(CpuAttention, NamesTheOperationOfMistakes) {
  const auto b = precise_backend();
  const Tensor q = b->from_host(host({1, 4, 6}, 1)), k = b->from_host(host({1, 5, 6}, 1));
  expect_internal_error("attention", [&] { b->attention(q, k, q, 2); });
  expect_internal_error("attention", [&] { b->attention(q, k, k, 4); });
  expect_internal_error("attention", [&] { b->attention(q, k, k, 2, {.key_lengths = {1, 2}}); });
}

// A decoder's steps must equal the causal attention over the whole sequence.
TEST(CpuKvCache, StepsEqualTheWholeSequence) {
  const auto b = precise_backend();
  const int64_t width = 48, heads = 3, steps = 70;
  const std::vector<int64_t> prompts = {5, 130, 64};
  const auto cache = b->make_kv_cache(2, 3, width, heads, 256);
  std::vector<HostTensor> q, k, v;
  for (size_t row = 0; row < 3; ++row) {
    const Shape shape = {1, prompts[row] + steps, width};
    q.push_back(host(shape, 10 + row, 2.0f));
    k.push_back(host(shape, 20 + row, 2.0f));
    v.push_back(host(shape, 30 + row));
    for (int64_t layer = 0; layer < 2; ++layer)
      b->cache_fill(*cache, layer, int64_t(row), b->slice(b->from_host(k[row]), 1, 0, prompts[row]),
                    b->slice(b->from_host(v[row]), 1, 0, prompts[row]));
    EXPECT_EQ(cache->length(int64_t(row)), prompts[row]);
  }
  std::vector<size_t> alive = {0, 1, 2};
  for (int64_t step = 0; step < steps; ++step) {
    if (step == 33) {
      cache->drop_row(1);
      alive = {0, 2};
    }
    const auto rows = [&](const std::vector<HostTensor>& all) {
      std::vector<Tensor> parts;
      for (const size_t row : alive) {
        const int64_t at = prompts[row] + step;
        parts.push_back(b->slice(b->from_host(all[row]), 1, at, at + 1));
      }
      return b->concat(parts, 0);
    };
    for (int64_t layer = 0; layer < 2; ++layer) {
      const HostTensor y =
          b->to_host(b->cached_attention(*cache, layer, rows(q), rows(k), rows(v)));
      for (size_t n = 0; n < alive.size(); ++n) {
        const size_t row = alive[n];
        const int64_t length = prompts[row] + step + 1;
        const auto cut = [&](const HostTensor& t, int64_t from) {
          const Values all = doubles(t);
          return Values(all.begin() + from * width, all.begin() + length * width);
        };
        const Case c{1, 1, length, width, heads, {}, 0, "step"};
        const Values wanted =
            reference_attention(c, cut(q[row], length - 1), cut(k[row], 0), cut(v[row], 0), {}, {});
        const std::vector<float> all = y.to_floats();
        const auto first = all.begin() + long(n) * width;
        // Cached keys and values are half floats: each is off by at most 2^-12 of itself, which
        // moves a score (sum of 16 products of values below 2) by less than 1e-3.
        expect_near(HostTensor::from_floats({width}, {first, first + width}), wanted, 1e-3,
                    "step " + std::to_string(step) + " row " + std::to_string(row));
      }
    }
  }
  EXPECT_EQ(cache->rows(), 2);
  EXPECT_EQ(cache->length(1), 64 + steps);
}

TEST(CpuKvCache, RefusesToGrowBeyondItsCapacity) {
  const auto b = precise_backend();
  const auto cache = b->make_kv_cache(1, 1, 8, 2, 4);
  const Tensor k = b->from_host(host({1, 4, 8}, 1));
  b->cache_fill(*cache, 0, 0, k, k);
  const Tensor one = b->from_host(host({1, 1, 8}, 1));
  expect_internal_error("cached_attention", [&] { b->cached_attention(*cache, 0, one, one, one); });
  expect_internal_error("cache_fill", [&] { b->cache_fill(*cache, 1, 0, one, one); });
}

}  // namespace
}  // namespace myna::compute::testing
