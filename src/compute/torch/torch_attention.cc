// Attention of the torch backend: full attention with masks and relative positions, and cached
// decoding.
#include <torch/torch.h>

#include <cmath>

#include "base/error.h"
#include "compute/torch/attention_function.h"
#include "compute/torch/onednn.h"
#include "compute/torch/torch_backend.h"
#include "compute/torch/torch_ops.h"

namespace myna::compute {
namespace torch_ops {
namespace {

torch::Tensor lengths_tensor(const Lengths& lengths, torch::Device device) {
  return torch::tensor(lengths, torch::kLong).to(device).view({-1, 1, 1, 1});
}

/// a [..., M, K] times b [..., K, P] or [K, P].
torch::Tensor product(const torch::Tensor& a, const torch::Tensor& b, bool bf16) {
  if (!bf16) return torch::matmul(a, b);
  return torch::matmul(a.to(torch::kBFloat16), b.to(torch::kBFloat16)).to(a.scalar_type());
}

/// For every query i and offset o in [0, 2 * window]: the key i + o - window, and whether it
/// exists.
struct Band {
  torch::Tensor index;  ///< [Tq, 2w + 1], clamped into range
  torch::Tensor valid;  ///< [Tq, 2w + 1], 1 or 0
};

Band band_of(int64_t queries, int64_t keys, int64_t window, const torch::TensorOptions& real) {
  const auto ids = torch::TensorOptions().dtype(torch::kLong).device(real.device());
  auto key = torch::arange(queries, ids).unsqueeze(1) +
             torch::arange(-window, window + 1, ids).unsqueeze(0);
  auto valid = (key >= 0).logical_and(key < keys).to(real.dtype().toScalarType());
  return {key.clamp(0, keys - 1), valid};
}

}  // namespace

torch::Tensor hidden_keys(const AttentionMask& mask, int64_t queries, int64_t keys,
                          torch::Device device) {
  const auto ids = torch::TensorOptions().dtype(torch::kLong).device(device);
  auto query = torch::arange(queries, ids).view({1, 1, -1, 1});
  auto key = torch::arange(keys, ids).view({1, 1, 1, -1});
  torch::Tensor hidden;
  auto hide = [&](const torch::Tensor& more) {
    hidden = hidden.defined() ? hidden.logical_or(more) : more;
  };
  if (mask.kind == AttentionMask::Kind::kCausal) hide(key > query);
  if (mask.kind == AttentionMask::Kind::kPrefixCausal) {
    hide((key >= mask.prefix).logical_and(key > query));
    // A prompt query comes before every key past the prompt, so `key > query` hides those too.
    if (!mask.prefix_lengths.empty()) {
      hide((key < mask.prefix).logical_and(key >= lengths_tensor(mask.prefix_lengths, device)));
    }
  }
  if (!mask.key_lengths.empty()) hide(key >= lengths_tensor(mask.key_lengths, device));
  return hidden;
}

torch::Tensor attention(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                        int64_t heads, double scale, const torch::Tensor& hidden,
                        const torch::Tensor& emb_k, const torch::Tensor& emb_v, int64_t window,
                        bool bf16) {
  const int64_t batch = q.size(0), queries = q.size(1), width = q.size(2), keys = k.size(1);
  const int64_t head_dim = width / heads;
  auto split = [&](const torch::Tensor& x) {
    return x.view({batch, -1, heads, head_dim}).transpose(1, 2);
  };
  auto qh = split(q * scale), kh = split(k), vh = split(v);
  auto scores = product(qh, kh.transpose(2, 3), bf16);
  Band band;
  torch::Tensor band_index;
  if (emb_k.defined()) {
    band = band_of(queries, keys, window, q.options());
    band_index = band.index.expand({batch, heads, -1, -1});
    auto terms = product(qh, emb_k.view({2 * window + 1, head_dim}).t(), bf16) * band.valid;
    scores = scores.scatter_add(3, band_index, terms);
  }
  if (hidden.defined()) scores = scores.masked_fill(hidden, -1e30);
  auto weights = torch::softmax(scores, 3);
  auto out = product(weights, vh, bf16);
  if (emb_v.defined()) {
    auto terms = weights.gather(3, band_index) * band.valid;
    out = out + product(terms, emb_v.view({2 * window + 1, head_dim}), bf16);
  }
  return out.transpose(1, 2).reshape({batch, queries, width});
}

}  // namespace torch_ops

Tensor TorchBackend::attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                               const AttentionMask& mask, const RelativePosition* relative,
                               float scale) {
  if (q.rank() != 3 || k.rank() != 3 || v.shape() != k.shape() || q.dim(2) != k.dim(2) ||
      q.dim(0) != k.dim(0) || q.dim(2) % heads != 0) {
    throw Error(ErrorCode::kInternal, "q must be [B, Tq, D], k and v [B, Tk, D]", "attention");
  }
  const double head_dim = double(q.dim(2) / heads);
  if (onednn::takes(unwrap(q))) {
    return wrap(onednn::attention(unwrap(q), unwrap(k), unwrap(v),
                                  relative ? unwrap(relative->keys) : torch::Tensor(),
                                  relative ? unwrap(relative->values) : torch::Tensor(), heads,
                                  scale == 0.0f ? 1.0 / std::sqrt(head_dim) : scale, mask,
                                  relative ? relative->window : 0, options_.autocast_bf16));
  }
  return wrap(torch_ops::attention(unwrap(q), unwrap(k), unwrap(v), heads,
                                   scale == 0.0f ? 1.0 / std::sqrt(head_dim) : scale,
                                   torch_ops::hidden_keys(mask, q.dim(1), k.dim(1), device_),
                                   relative ? unwrap(relative->keys) : torch::Tensor(),
                                   relative ? unwrap(relative->values) : torch::Tensor(),
                                   relative ? relative->window : 0, options_.autocast_bf16));
}

namespace {

class TorchKvCache : public KvCache {
 public:
  TorchKvCache(int64_t layers, int64_t rows, int64_t width, int64_t heads, int64_t capacity,
               const torch::TensorOptions& options)
      : heads(heads), lengths(size_t(layers), Lengths(size_t(rows), 0)) {
    for (int64_t layer = 0; layer < layers; ++layer) {
      keys.push_back(torch::zeros({rows, capacity, width}, options));
      values.push_back(torch::zeros({rows, capacity, width}, options));
    }
  }
  int64_t rows() const override { return keys.front().size(0); }
  int64_t length(int64_t row) const override { return lengths.back().at(size_t(row)); }
  void drop_row(int64_t row) override {
    for (size_t layer = 0; layer < keys.size(); ++layer) {
      for (auto* cache : {&keys[layer], &values[layer]}) {
        *cache = torch::cat({cache->slice(0, 0, row), cache->slice(0, row + 1)});
      }
      lengths[layer].erase(lengths[layer].begin() + row);
    }
  }
  void check_room(int64_t layer, int64_t row, int64_t frames) const {
    if (lengths[size_t(layer)].at(size_t(row)) + frames > keys.front().size(1)) {
      throw Error(ErrorCode::kInternal, "the key-value cache is full", "kv_cache");
    }
  }

  int64_t heads;
  std::vector<torch::Tensor> keys, values;  ///< per layer [rows, capacity, width]
  std::vector<Lengths> lengths;             ///< per layer and row
};

TorchKvCache& own(KvCache& cache) {
  auto* own = dynamic_cast<TorchKvCache*>(&cache);
  if (!own) throw Error(ErrorCode::kInternal, "a cache of another backend was given to torch");
  return *own;
}

}  // namespace

std::unique_ptr<KvCache> TorchBackend::make_kv_cache(int64_t layers, int64_t rows, int64_t width,
                                                     int64_t heads, int64_t capacity) {
  return std::make_unique<TorchKvCache>(layers, rows, width, heads, capacity,
                                        torch::TensorOptions().dtype(real_).device(device_));
}

void TorchBackend::cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                              const Tensor& v) {
  const torch::NoGradGuard no_grad;
  TorchKvCache& kv = own(cache);
  const int64_t frames = k.dim(1);
  kv.check_room(layer, row, frames);
  int64_t& length = kv.lengths[size_t(layer)][size_t(row)];
  kv.keys[size_t(layer)][row].slice(0, length, length + frames).copy_(unwrap(k)[0]);
  kv.values[size_t(layer)][row].slice(0, length, length + frames).copy_(unwrap(v)[0]);
  length += frames;
}

Tensor TorchBackend::cached_attention(KvCache& cache, int64_t layer, const Tensor& q,
                                      const Tensor& k, const Tensor& v) {
  const torch::NoGradGuard no_grad;
  TorchKvCache& kv = own(cache);
  Lengths& lengths = kv.lengths[size_t(layer)];
  int64_t longest = 0;
  for (int64_t row = 0; row < kv.rows(); ++row) {
    kv.check_room(layer, row, 1);
    int64_t& length = lengths[size_t(row)];
    kv.keys[size_t(layer)][row][length].copy_(unwrap(k)[row][0]);
    kv.values[size_t(layer)][row][length].copy_(unwrap(v)[row][0]);
    longest = std::max(longest, ++length);
  }
  AttentionMask mask;
  mask.key_lengths = lengths;
  return attention(q, wrap(kv.keys[size_t(layer)].slice(1, 0, longest)),
                   wrap(kv.values[size_t(layer)].slice(1, 0, longest)), kv.heads, mask);
}

}  // namespace myna::compute
