// Attention and cached decoding of CpuBackend.
#include <algorithm>
#include <cmath>

#include "compute/cpu/backend_impl.h"
#include "compute/cpu/kernels/attention.h"
#include "compute/cpu/tile_attention.h"

namespace myna::compute::cpu {
namespace {

int64_t row_length(const Lengths& lengths, int64_t row, int64_t whole) {
  return lengths.empty() ? whole : std::clamp<int64_t>(lengths[size_t(row)], 0, whole);
}

/// Pages of 64 positions per layer and row, taken as a sequence grows.
class PagedCache final : public KvCache {
 public:
  PagedCache(int64_t layers, int64_t rows, int64_t width, int64_t heads, int64_t capacity)
      : heads_(heads), dim_(width / heads), capacity_(capacity) {
    rows_.resize(size_t(rows));
    for (Row& row : rows_) row.layers.resize(size_t(layers));
  }

  int64_t rows() const override { return int64_t(rows_.size()); }
  int64_t length(int64_t row) const override { return at("length", 0, row).length; }
  void drop_row(int64_t row) override {
    at("drop_row", 0, row);
    rows_.erase(rows_.begin() + row);
  }

  int64_t heads() const { return heads_; }
  int64_t dim() const { return dim_; }

  struct Layer {
    int64_t length = 0;
    std::vector<std::shared_ptr<void>> pages;
  };
  const Layer& at(const char* op, int64_t layer, int64_t row) const {
    if (row < 0 || row >= rows() || layer < 0 || layer >= int64_t(rows_[size_t(row)].layers.size()))
      shape_error(op, "layer " + std::to_string(layer) + ", row " + std::to_string(row) +
                          " outside the cache");
    return rows_[size_t(row)].layers[size_t(layer)];
  }

  /// Appends `count` positions whose keys and values are rows of heads * dim.
  void append(const char* op, MemoryPool& memory, int64_t layer, int64_t row, int64_t count,
              const float* k, const float* v) {
    Layer& l = const_cast<Layer&>(at(op, layer, row));
    if (l.length + count > capacity_)
      shape_error(op, "the cache holds " + std::to_string(capacity_) + " positions, " +
                          std::to_string(l.length + count) + " are wanted");
    const int64_t width = heads_ * dim_;
    for (int64_t n = 0; n < count; ++n, ++l.length) {
      const int64_t index = l.length % kPagePositions;
      if (index == 0)
        l.pages.push_back(
            memory.allocate(size_t(heads_ * page_head_values(dim_)) * sizeof(uint16_t)));
      auto* page = static_cast<uint16_t*>(l.pages.back().get());
      for (int64_t h = 0; h < heads_; ++h)
        page_store(page + h * page_head_values(dim_), dim_, index, k + n * width + h * dim_,
                   v + n * width + h * dim_);
    }
  }

  void attend(const char* op, int64_t layer, int64_t row, int64_t head, const float* q,
              float* out) const {
    const Layer& l = at(op, layer, row);
    std::vector<const uint16_t*> pages(l.pages.size());
    for (size_t n = 0; n < pages.size(); ++n)
      pages[n] = static_cast<const uint16_t*>(l.pages[n].get()) + head * page_head_values(dim_);
    attend_pages(q + head * dim_, 1.0f / std::sqrt(float(dim_)), pages, dim_, l.length,
                 out + head * dim_);
  }

 private:
  struct Row {
    std::vector<Layer> layers;
  };
  int64_t heads_, dim_, capacity_;
  std::vector<Row> rows_;
};

PagedCache& paged(const char* op, KvCache& cache) {
  auto* found = dynamic_cast<PagedCache*>(&cache);
  if (!found) shape_error(op, "the cache belongs to another backend");
  return *found;
}

}  // namespace

Tensor CpuBackend::attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                             const AttentionMask& mask, const RelativePosition* relative,
                             float scale) {
  const char* op = "attention";
  const CpuTensorPtr tq = read(op, q, Order::kPlain), tk = read(op, k, Order::kPlain),
                     tv = read(op, v, Order::kPlain);
  if (tq->rank() != 3 || tk->rank() != 3 || tk->shape != tv->shape ||
      tq->shape[0] != tk->shape[0] || tq->shape[2] != tk->shape[2] || heads < 1 ||
      tq->shape[2] % heads)
    shape_error(op, "q " + tensor::shape_string(tq->shape) + ", k " +
                        tensor::shape_string(tk->shape) + ", v " + tensor::shape_string(tv->shape) +
                        ", " + std::to_string(heads) + " heads");
  const int64_t batch = tq->shape[0], queries = tq->shape[1], keys = tk->shape[1];
  const int64_t width = tq->shape[2], dim = width / heads;
  for (const Lengths* lengths : {&mask.prefix_lengths, &mask.key_lengths})
    if (!lengths->empty() && int64_t(lengths->size()) != batch)
      shape_error(
          op, std::to_string(lengths->size()) + " lengths for " + std::to_string(batch) + " rows");
  CpuTensorPtr relative_keys, relative_values;
  if (relative) {
    relative_keys = read(op, relative->keys, Order::kPlain);
    relative_values = read(op, relative->values, Order::kPlain);
    for (const CpuTensorPtr& t : {relative_keys, relative_values})
      if (t->count() != (2 * relative->window + 1) * dim)
        shape_error(op, "relative positions " + tensor::shape_string(t->shape) +
                            " for a window of " + std::to_string(relative->window) +
                            " and heads of " + std::to_string(dim));
  }
  if (scale == 0.0f) scale = 1.0f / std::sqrt(float(dim));
  auto out = make(tq->shape);
  const bool alike = mask.kind == AttentionMask::Kind::kNone && !relative;
  if (hardware_.amx && alike && attend_tiles(*tq, *tk, *tv, heads, mask.key_lengths, scale, *out))
    return wrap(out);
  const int64_t key_stride = (keys + 15) / 16 * 16;
  const std::shared_ptr<void> packed =
      memory_->allocate(size_t(batch * heads * dim * key_stride) * sizeof(float));
  auto* k_t = static_cast<float*>(packed.get());
  threads_.run(batch * heads, [&](int64_t n) {
    pack_keys(tk->f() + n / heads * keys * width + n % heads * dim, width, keys, dim, key_stride,
              k_t + n * dim * key_stride);
  });
  const int64_t piece =
      std::max<int64_t>(4, (1 << 20) / std::max<int64_t>(1, 2 * keys * dim) / 4 * 4);
  const int64_t pieces = (queries + piece - 1) / piece;
  threads_.run(batch * heads * pieces, [&](int64_t n) {
    const int64_t part = n % pieces, head = n / pieces % heads, row = n / pieces / heads;
    const int64_t key_length = row_length(mask.key_lengths, row, keys);
    HeadAttention a{
        .q = tq->f() + row * queries * width + head * dim,
        .q_stride = width,
        .k_t = k_t + (row * heads + head) * dim * key_stride,
        .v = tv->f() + row * keys * width + head * dim,
        .v_stride = width,
        .out = out->f() + row * queries * width + head * dim,
        .out_stride = width,
        .dim = dim,
        .keys = keys,
        .key_stride = key_stride,
        .scale = scale,
        .visible = {.keys = key_length},
        .relative_keys = relative ? relative_keys->f() : nullptr,
        .relative_values = relative ? relative_values->f() : nullptr,
        .window = relative ? relative->window : 0,
    };
    if (mask.kind != AttentionMask::Kind::kNone) a.visible.causal = true;
    if (mask.kind == AttentionMask::Kind::kPrefixCausal) {
      a.visible.prefix = std::clamp<int64_t>(mask.prefix, 0, keys);
      a.visible.prefix_keys = row_length(mask.prefix_lengths, row, a.visible.prefix);
    }
    attend_head(a, part * piece, std::min(queries, (part + 1) * piece));
  });
  return wrap(out);
}

bool CpuBackend::attend_tiles(const CpuTensor& q, const CpuTensor& k, const CpuTensor& v,
                              int64_t heads, const Lengths& key_lengths, float scale,
                              CpuTensor& out) {
  constexpr int64_t kFewest = 32;  // keys or queries, below which packing does not pay
  const int64_t batch = q.shape[0], queries = q.shape[1], keys = k.shape[1];
  const int64_t width = q.shape[2], dim = width / heads;
  if (keys < kFewest || queries < kFewest) return false;
  for (int64_t row = 0; row < batch; ++row)
    if (row_length(key_lengths, row, keys) < 1) return false;
  const int64_t values = (TileHead::values(keys, dim) + 31) / 32 * 32;
  const std::shared_ptr<void> memory =
      memory_->allocate(size_t(batch * heads * values) * sizeof(uint16_t));
  const auto head_at = [&](int64_t n) {
    return TileHead{.keys = row_length(key_lengths, n / heads, keys),
                    .dim = dim,
                    .tiles = static_cast<uint16_t*>(memory.get()) + n * values};
  };
  threads_.run(batch * heads, [&](int64_t n) {
    const int64_t at = n / heads * keys * width + n % heads * dim;
    head_at(n).pack(k.f() + at, v.f() + at, width);
  });
  const int64_t piece = tile_queries(keys), pieces = (queries + piece - 1) / piece;
  threads_.run(batch * heads * pieces, [&](int64_t n) {
    const int64_t first = n % pieces * piece, head = n / pieces;
    const int64_t at = (head / heads * queries + first) * width + head % heads * dim;
    head_at(head).attend(q.f() + at, std::min(piece, queries - first), width, scale, out.f() + at);
  });
  return true;
}

std::unique_ptr<KvCache> CpuBackend::make_kv_cache(int64_t layers, int64_t rows, int64_t width,
                                                   int64_t heads, int64_t capacity) {
  if (layers < 1 || rows < 1 || heads < 1 || width < 1 || width % heads || capacity < 1)
    shape_error("make_kv_cache", "impossible sizes");
  return std::make_unique<PagedCache>(layers, rows, width, heads, capacity);
}

void CpuBackend::cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                            const Tensor& v) {
  PagedCache& c = paged("cache_fill", cache);
  const CpuTensorPtr tk = read("cache_fill", k, Order::kPlain),
                     tv = read("cache_fill", v, Order::kPlain);
  if (tk->rank() != 3 || tk->shape[0] != 1 || tk->shape[2] != c.heads() * c.dim() ||
      tv->shape != tk->shape)
    shape_error("cache_fill",
                "k " + tensor::shape_string(tk->shape) + ", v " + tensor::shape_string(tv->shape));
  c.append("cache_fill", *sequences_, layer, row, tk->shape[1], tk->f(), tv->f());
}

Tensor CpuBackend::cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                                    const Tensor& v) {
  const char* op = "cached_attention";
  PagedCache& c = paged(op, cache);
  const CpuTensorPtr tq = read(op, q, Order::kPlain), tk = read(op, k, Order::kPlain),
                     tv = read(op, v, Order::kPlain);
  const int64_t width = c.heads() * c.dim();
  if (tq->shape != Shape{c.rows(), 1, width} || tk->shape != tq->shape || tv->shape != tq->shape)
    shape_error(op, "q " + tensor::shape_string(tq->shape) + ", k " +
                        tensor::shape_string(tk->shape) + ", v " + tensor::shape_string(tv->shape) +
                        " for " + std::to_string(c.rows()) + " rows of " + std::to_string(width));
  auto out = make(tq->shape);
  int64_t longest = 0;
  for (int64_t row = 0; row < c.rows(); ++row) {
    c.append(op, *sequences_, layer, row, 1, tk->f() + row * width, tv->f() + row * width);
    longest = std::max(longest, c.at(op, layer, row).length);
  }
  // Heads together, so that a piece is worth handing to another thread.
  const int64_t together =
      std::clamp<int64_t>(16384 / std::max<int64_t>(1, longest * c.dim()), 1, c.heads());
  const int64_t pieces = (c.heads() + together - 1) / together;
  threads_.run(c.rows() * pieces, [&](int64_t n) {
    const int64_t row = n / pieces, first = n % pieces * together;
    for (int64_t h = first; h < std::min(first + together, c.heads()); ++h)
      c.attend(op, layer, row, h, tq->f() + row * width, out->f() + row * width);
  });
  return wrap(out);
}

}  // namespace myna::compute::cpu
