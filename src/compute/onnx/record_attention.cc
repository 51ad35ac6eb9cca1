// Attention and cached decoding of the recorder.
#include <cmath>
#include <limits>

#include "compute/onnx/recorder.h"

namespace myna::compute::onnx {
namespace {

/// Keys and values of each layer of one row, [1, heads, length, width / heads]; absent while empty.
class RecordedCache final : public KvCache {
 public:
  struct Layer {
    Tensor keys, values;
  };
  RecordedCache(int64_t layers, int64_t width, int64_t heads)
      : layers_(size_t(layers)), width_(width), heads_(heads) {}

  int64_t rows() const override { return 1; }
  int64_t length(int64_t) const override { return layers_[0].keys ? layers_[0].keys.dim(2) : 0; }
  void drop_row(int64_t) override { shape_error("drop_row", "a recorded cache keeps its row"); }

  int64_t width() const { return width_; }
  int64_t heads() const { return heads_; }
  const std::vector<Layer>& layers() const { return layers_; }
  Layer& at(const char* op, int64_t layer) {
    if (layer < 0 || layer >= int64_t(layers_.size())) shape_error(op, "a layer of another cache");
    return layers_[size_t(layer)];
  }

 private:
  std::vector<Layer> layers_;
  int64_t width_, heads_;
};

RecordedCache& own(const char* op, KvCache& cache) {
  auto* found = dynamic_cast<RecordedCache*>(&cache);
  if (!found) shape_error(op, "the cache belongs to another backend");
  return *found;
}

}  // namespace

Tensor Recorder::split_heads(const Tensor& x, int64_t heads) {
  const int64_t dim = x.dim(2) / heads;
  return swapped(shaped(x, {x.dim(0), x.dim(1), heads, dim}, {0, 0, heads, dim}), {0, 2, 1, 3});
}

Tensor Recorder::join_heads(const Tensor& x) {
  const Tensor y = swapped(x, {0, 2, 1, 3});
  const int64_t width = y.dim(2) * y.dim(3);
  return shaped(y, {y.dim(0), y.dim(1), width}, {0, 0, width});
}

Tensor Recorder::visible_keys(int64_t queries, int64_t keys, const AttentionMask& mask) {
  if (!mask.key_lengths.empty() || !mask.prefix_lengths.empty())
    shape_error("attention", "lengths per row cannot be recorded");
  if (mask.kind == AttentionMask::Kind::kNone) return {};
  const bool prefixed = mask.kind == AttentionMask::Kind::kPrefixCausal;
  const int64_t prefix = prefixed ? mask.prefix : 0;
  Tensor& kept = masks_[tensor::shape_string({queries, keys, prefix})];
  if (kept) return kept;
  const auto range = [this](int64_t begin, int64_t end) {
    const auto number = [this](int64_t value) {
      return record("Squeeze", {sizes({value})}, {}, {}, Element::kInt);
    };
    return record("Range", {number(begin), number(end), number(1)}, {end - begin}, {},
                  Element::kInt);
  };
  // Query i sees the keys below i + 1, and those of the prompt: prompt queries see no others.
  Tensor limits = range(1, queries + 1);
  if (prefix != 0) limits = record("Max", {limits, sizes({prefix})}, {queries}, {}, Element::kInt);
  limits = record("Unsqueeze", {limits, sizes({1})}, {queries, 1}, {}, Element::kInt);
  return kept = record("Less", {range(0, keys), limits}, {queries, keys}, {}, Element::kInt);
}

// Scores of relative positions are one per query and distance, [T, 2 w + 1], and belong on a band
// of [T, T]. Rows of T + 2 w + 1 read again as rows of T + 2 w are each shifted by one more: row i
// then has its scores at i ... i + 2 w, which is the band, w to the right.
Tensor Recorder::relative_scores(const Tensor& q, const RelativePosition& relative, int64_t keys) {
  const int64_t rows = q.dim(0), heads = q.dim(1), queries = q.dim(2), w = relative.window;
  if (queries != keys) shape_error("attention", "relative positions between two sequences");
  const Tensor table = transpose(relative.keys, 1, 2);  // [1, dim, 2 w + 1]
  Tensor y = record("MatMul", {q, table}, {rows, heads, queries, 2 * w + 1});
  y = pad_zeros(y, 3, 0, keys);
  y = record("Reshape", {y, sizes({0, 0, -1})}, {rows, heads, queries});
  y = record("Slice", {y, sizes({0}), sizes({-queries}), sizes({2})}, {rows, heads, queries});
  y = shaped(y, {rows, heads, queries, keys + 2 * w}, {0, 0, queries, -1});
  return slice(y, 3, w, w + keys);
}

/// The same way back: the weights on the band times the values of their distances.
Tensor Recorder::relative_values(const Tensor& weights, const RelativePosition& relative) {
  const int64_t rows = weights.dim(0), heads = weights.dim(1), queries = weights.dim(2);
  const int64_t w = relative.window, dim = relative.values.dim(-1);
  Tensor y = pad_zeros(weights, 3, w, w);
  y = record("Reshape", {y, sizes({0, 0, -1})}, {rows, heads, queries});
  y = pad_zeros(y, 2, 0, queries);
  y = shaped(y, {rows, heads, queries, queries + 2 * w + 1}, {0, 0, queries, -1});
  y = slice(y, 3, 0, 2 * w + 1);
  return record("MatMul", {y, relative.values}, {rows, heads, queries, dim});
}

Tensor Recorder::attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                           const AttentionMask& mask, const RelativePosition* relative,
                           float scale) {
  if (!q || !k || !v || q.rank() != 3 || k.shape() != v.shape() || q.dim(0) != k.dim(0) ||
      q.dim(2) != k.dim(2) || heads < 1 || q.dim(2) % heads != 0)
    shape_error("attention", "q, k and v do not fit together");
  const int64_t queries = q.dim(1), keys = k.dim(1), dim = q.dim(2) / heads;
  const float factor = scale == 0.0f ? 1.0f / std::sqrt(float(dim)) : scale;
  const Tensor asked = affine(split_heads(q, heads), factor, 0.0f);
  const Tensor offered = swapped(split_heads(k, heads), {0, 1, 3, 2});
  Tensor scores = record("MatMul", {asked, offered}, {q.dim(0), heads, queries, keys});
  if (relative != nullptr) scores = add(scores, relative_scores(asked, *relative, keys));
  if (const Tensor visible = visible_keys(queries, keys, mask)) {
    const Tensor hidden = scalar(std::numeric_limits<float>::lowest());
    scores = record("Where", {visible, scores, hidden}, scores.shape());
  }
  const Tensor weights = softmax(scores);
  Tensor y = record("MatMul", {weights, split_heads(v, heads)}, {q.dim(0), heads, queries, dim});
  if (relative != nullptr) y = add(y, relative_values(weights, *relative));
  return join_heads(y);
}

std::unique_ptr<KvCache> Recorder::make_kv_cache(int64_t layers, int64_t rows, int64_t width,
                                                 int64_t heads, int64_t /*capacity*/) {
  if (layers < 1 || rows != 1 || heads < 1 || width < 1 || width % heads != 0)
    shape_error("make_kv_cache", "graphs decode one sequence of whole heads");
  return std::make_unique<RecordedCache>(layers, width, heads);
}

std::unique_ptr<KvCache> Recorder::cache_input(int64_t layers, int64_t width, int64_t heads,
                                               int64_t length) {
  auto cache = make_kv_cache(layers, 1, width, heads, 0);
  const Shape shape = {1, heads, length, width / heads};
  for (int64_t n = 0; n < layers; ++n) {
    RecordedCache::Layer& layer = own("cache_input", *cache).at("cache_input", n);
    layer.keys = input("past_key_" + std::to_string(n), Element::kFloat, shape);
    layer.values = input("past_value_" + std::to_string(n), Element::kFloat, shape);
  }
  return cache;
}

std::vector<Recorder::Named> Recorder::cache_outputs(const KvCache& cache) {
  const auto* found = dynamic_cast<const RecordedCache*>(&cache);
  if (!found) shape_error("cache_outputs", "the cache belongs to another backend");
  std::vector<Named> outputs;
  for (size_t n = 0; n < found->layers().size(); ++n) {
    outputs.emplace_back("present_key_" + std::to_string(n), found->layers()[n].keys);
    outputs.emplace_back("present_value_" + std::to_string(n), found->layers()[n].values);
  }
  return outputs;
}

void Recorder::cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                          const Tensor& v) {
  RecordedCache& whole = own("cache_fill", cache);
  RecordedCache::Layer& kept = whole.at("cache_fill", layer);
  if (row != 0 || !k || k.rank() != 3 || k.dim(2) != whole.width() || v.shape() != k.shape())
    shape_error("cache_fill", "keys and values do not fit the cache");
  const auto append = [&](Tensor& past, const Tensor& x) {
    const Tensor more = split_heads(x, whole.heads());
    past = past ? concat({past, more}, 2) : more;
  };
  append(kept.keys, k);
  append(kept.values, v);
}

Tensor Recorder::cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                                  const Tensor& v) {
  RecordedCache& whole = own("cached_attention", cache);
  cache_fill(cache, layer, 0, k, v);
  const RecordedCache::Layer& all = whole.at("cached_attention", layer);
  const int64_t heads = whole.heads(), dim = whole.width() / heads, length = all.keys.dim(2);
  const Tensor asked = affine(split_heads(q, heads), 1.0f / std::sqrt(float(dim)), 0.0f);
  const Tensor scores =
      record("MatMul", {asked, swapped(all.keys, {0, 1, 3, 2})}, {1, heads, 1, length});
  return join_heads(record("MatMul", {softmax(scores), all.values}, {1, heads, 1, dim}));
}

}  // namespace myna::compute::onnx
