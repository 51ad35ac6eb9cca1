// The backend that computes nothing: it records what a network does as an ONNX graph (operator set
// of tensor/onnx_writer.h, standard operators only, f32). The network is built on it as on any
// other backend and called with inputs that have names and sizes instead of values:
//
//   Recorder recorder;
//   const int64_t length = recorder.symbol("phones");
//   Tensor y = network(recorder, recorder.input("ids", Element::kInt, {1, length}));
//   write_onnx(path, recorder.finish("network", {{"y", y}}));
//
// Sizes given by symbol() stay open (symbolic_size.h). Only what the outputs need is written, so
// one network can give several graphs; finish() forgets symbols and inputs and keeps weights.
// Per-row lengths have no values to be recorded from and are refused: graphs take one row, or rows
// of one length. Precisions are ignored, dropout is left out. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compute/backend.h"
#include "compute/onnx/recorded_tensor.h"
#include "compute/symbolic_size.h"

namespace myna::compute::onnx {

class Recorder final : public Backend {
 public:
  using Named = std::pair<std::string, Tensor>;

  /// A size that the graph leaves open, under the name it has in the inputs' shapes. At most
  /// LinearSize::kMostSymbols per graph; each must be the whole size of an axis of some input.
  int64_t symbol(const std::string& name);
  Tensor input(const std::string& name, Element element, const Shape& shape);
  /// A cache whose contents are the inputs past_key_N and past_value_N of each layer N,
  /// [1, heads, length, width / heads].
  std::unique_ptr<KvCache> cache_input(int64_t layers, int64_t width, int64_t heads,
                                       int64_t length);
  /// What a cache holds now, as present_key_N and present_value_N.
  static std::vector<Named> cache_outputs(const KvCache& cache);
  /// The graph from the inputs made since the last finish() to `outputs`.
  tensor::OnnxGraph finish(const std::string& name, const std::vector<Named>& outputs);

  Tensor from_host(const HostTensor& host) override { return constant(host); }
  HostTensor to_host(const Tensor& x) override;
  Tensor parameter(const Parameter& p) override { return constant(p.value, p.name); }
  Tensor buffer(const Parameter& p) override { return constant(p.value, p.name); }
  WeightsPtr linear_weights(const LinearSpec& spec, const Parameter& weight,
                            const Parameter& bias) override;
  WeightsPtr conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                          const Parameter& bias) override;

  Tensor linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) override;
  Tensor conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) override;
  Tensor embedding(const Tensor& ids, const Tensor& table) override;
  Tensor layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                      float epsilon) override;
  Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& gain, const Tensor& bias,
                    float epsilon) override;
  Tensor attention(const Tensor& q, const Tensor& k, const Tensor& v, int64_t heads,
                   const AttentionMask& mask, const RelativePosition* relative,
                   float scale) override;

  std::unique_ptr<KvCache> make_kv_cache(int64_t layers, int64_t rows, int64_t width, int64_t heads,
                                         int64_t capacity) override;
  void cache_fill(KvCache& cache, int64_t layer, int64_t row, const Tensor& k,
                  const Tensor& v) override;
  Tensor cached_attention(KvCache& cache, int64_t layer, const Tensor& q, const Tensor& k,
                          const Tensor& v) override;

  Tensor add(const Tensor& a, const Tensor& b) override { return binary("Add", a, b); }
  Tensor sub(const Tensor& a, const Tensor& b) override { return binary("Sub", a, b); }
  Tensor mul(const Tensor& a, const Tensor& b) override { return binary("Mul", a, b); }
  Tensor affine(const Tensor& x, float scale, float shift) override;
  Tensor activate(const Tensor& x, Activation activation, float slope) override;
  Tensor clamp(const Tensor& x, float low, float high) override;
  Tensor gated(const Tensor& x, Gate gate) override;
  Tensor softmax(const Tensor& x) override;
  Tensor mask_frames(const Tensor& x, const Lengths& lengths) override;
  Tensor mean_frames(const Tensor& x, const Lengths& lengths) override;
  Tensor dropout(const Tensor& x, float) override { return x; }

  Tensor reshape(const Tensor& x, const Shape& shape) override;
  Tensor transpose(const Tensor& x, int axis_a, int axis_b) override;
  Tensor concat(const std::vector<Tensor>& parts, int axis) override;
  Tensor slice(const Tensor& x, int axis, int64_t begin, int64_t end) override;
  Tensor flip(const Tensor& x, int axis) override;
  Tensor pad(const Tensor& x, int64_t left, int64_t right, PadMode mode) override;
  Tensor repeat_frames(const Tensor& x, int64_t factor) override;
  Tensor resize_linear(const Tensor& x, int64_t frames) override;

 private:
  /// The result of ONNX operator `type`; absent inputs are left out.
  Tensor record(const char* type, const std::vector<Tensor>& inputs, Shape shape,
                std::vector<tensor::OnnxAttribute> attributes = {},
                Element element = Element::kFloat);
  Tensor constant(const HostTensor& value, const std::string& name = {});
  Tensor scalar(float value);
  Tensor filled(int64_t count, float value);  ///< [count]
  /// One-dimensional tensor of sizes, computed from the inputs' shapes where they are symbolic.
  Tensor sizes(const std::vector<int64_t>& values);
  Tensor size(int64_t value);  ///< [1]

  Tensor binary(const char* type, const Tensor& a, const Tensor& b);
  Tensor finish_layer(const Tensor& y, const Tensor& bias, const Epilogue& epilogue);
  Tensor swapped(const Tensor& x, std::vector<int64_t> order);
  /// Reshape whose result is `shape`; `pattern` says it with 0 (as before) and -1 where it can.
  Tensor shaped(const Tensor& x, const Shape& shape, const std::vector<int64_t>& pattern);
  Tensor pad_zeros(const Tensor& x, int axis, int64_t left, int64_t right);
  Tensor split_heads(const Tensor& x, int64_t heads);  ///< [B, T, D] -> [B, heads, T, D / heads]
  Tensor join_heads(const Tensor& x);
  /// [queries, keys]: whether the query sees the key; absent where all see all.
  Tensor visible_keys(int64_t queries, int64_t keys, const AttentionMask& mask);
  /// [B, heads, T, T], of scaled queries.
  Tensor relative_scores(const Tensor& q, const RelativePosition& relative, int64_t keys);
  /// [B, heads, T, dim], to be added to what the weights make of the values.
  Tensor relative_values(const Tensor& weights, const RelativePosition& relative);

  struct Symbol {
    std::string name;
    Tensor length;  ///< [1], once an input has it
  };
  std::string size_name(int64_t size) const;

  uint64_t serial_ = 0;
  std::vector<Symbol> symbols_;
  std::vector<RecordedPtr> inputs_;
  std::map<int64_t, Tensor> sizes_;  ///< single symbolic sizes, of this graph
  std::map<std::string, Tensor> masks_;
  std::map<float, Tensor> scalars_;
  std::map<std::vector<int64_t>, Tensor> constants_;  ///< lists of plain sizes
};

}  // namespace myna::compute::onnx
