// Layers of the recorder: products, convolutions, embeddings, norms.
#include "compute/onnx/recorder.h"
#include "compute/weight_norm.h"

namespace myna::compute::onnx {
namespace {

struct LinearWeights final : Weights {
  Tensor weight, bias;  ///< [in, out], [out] or absent
};

struct ConvWeights final : Weights {
  ConvSpec spec;
  Tensor weight, bias;
};

template <typename W>
const W& own(const char* op, const WeightsPtr& weights) {
  const auto* found = dynamic_cast<const W*>(weights.get());
  if (!found) shape_error(op, "the weights belong to another backend or layer");
  return *found;
}

/// [rows, columns] -> [columns, rows]
HostTensor transposed(const HostTensor& weight) {
  const int64_t rows = weight.dim(0), columns = weight.dim(1);
  const std::vector<float> from = weight.to_floats();
  std::vector<float> to(from.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) to[size_t(c * rows + r)] = from[size_t(r * columns + c)];
  return HostTensor::from_floats({columns, rows}, std::move(to));
}

/// size / by, rounded down, where the symbols' coefficients divide.
int64_t divided(int64_t size, int64_t by) {
  for (const int64_t times : unpack_size(size).coefficients) {
    if (times % by == 0) continue;
    shape_error("conv1d", "a stride of " + std::to_string(by) +
                              " over frames whose number is open and not a multiple of it");
  }
  const int64_t quotient = size / by;
  return size % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

WeightsPtr Recorder::linear_weights(const LinearSpec& spec, const Parameter& weight,
                                    const Parameter& bias) {
  if (weight.value.shape() != Shape{spec.out, spec.in})
    shape_error("linear_weights", "weight " + tensor::shape_string(weight.value.shape()));
  auto made = std::make_shared<LinearWeights>();
  made->weight = constant(transposed(weight.value), weight.name);
  if (bias) made->bias = constant(bias.value, bias.name);
  return made;
}

WeightsPtr Recorder::conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                                  const Parameter& bias) {
  auto made = std::make_shared<ConvWeights>();
  made->spec = spec;
  made->weight = constant(folded(weight), weight.weight ? weight.weight.name : weight.v.name);
  if (bias) made->bias = constant(bias.value, bias.name);
  return made;
}

Tensor Recorder::finish_layer(const Tensor& y, const Tensor& bias, const Epilogue& epilogue) {
  Tensor out = bias ? add(y, bias) : y;
  out = activate(out, epilogue.activation, epilogue.slope);
  return epilogue.residual ? add(out, epilogue.residual) : out;
}

Tensor Recorder::linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const auto& weights = own<LinearWeights>("linear", w);
  if (!x || x.rank() < 1 || x.dim(-1) != weights.weight.dim(0))
    shape_error("linear", "input " + (x ? tensor::shape_string(x.shape()) : std::string("absent")));
  Shape shape = x.shape();
  shape.back() = weights.weight.dim(1);
  return finish_layer(record("MatMul", {x, weights.weight}, shape), weights.bias, epilogue);
}

Tensor Recorder::conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const auto& weights = own<ConvWeights>("conv1d", w);
  const ConvSpec& s = weights.spec;
  if (!x || x.rank() != 3 || x.dim(1) != s.in)
    shape_error("conv1d", "input " + (x ? tensor::shape_string(x.shape()) : std::string("absent")));
  const int64_t span = s.dilation * (s.kernel - 1);
  const int64_t padded = s.pad_left + s.pad_right;
  const int64_t frames = s.transposed
                             ? (x.dim(2) - 1) * s.stride - padded + span + s.output_padding + 1
                             : divided(x.dim(2) + padded - span - 1, s.stride) + 1;
  std::vector<tensor::OnnxAttribute> attributes = {
      {"kernel_shape", std::vector<int64_t>{s.kernel}},
      {"strides", std::vector<int64_t>{s.stride}},
      {"dilations", std::vector<int64_t>{s.dilation}},
      {"pads", std::vector<int64_t>{s.pad_left, s.pad_right}},
      {"group", s.groups}};
  if (s.transposed && s.output_padding > 0)
    attributes.push_back({"output_padding", std::vector<int64_t>{s.output_padding}});
  const Tensor y =
      record(s.transposed ? "ConvTranspose" : "Conv", {x, weights.weight, weights.bias},
             {x.dim(0), s.out, frames}, std::move(attributes));
  return finish_layer(y, {}, epilogue);
}

Tensor Recorder::embedding(const Tensor& ids, const Tensor& table) {
  if (!ids || !table || table.rank() != 2 || ids.element() != Element::kInt)
    shape_error("embedding", "ids and a table [rows, width] are needed");
  Shape shape = ids.shape();
  shape.push_back(table.dim(1));
  return record("Gather", {table, ids}, shape, {{"axis", int64_t{0}}});
}

Tensor Recorder::layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                            float epsilon) {
  const Tensor scale = gain ? gain : filled(x.dim(-1), 1.0f);
  return record("LayerNormalization", {x, scale, bias}, x.shape(),
                {{"axis", int64_t{-1}}, {"epsilon", epsilon}});
}

Tensor Recorder::channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                              float epsilon) {
  if (x.rank() != 3) shape_error("channel_norm", tensor::shape_string(x.shape()));
  return transpose(layer_norm(transpose(x, 1, 2), gain, bias, epsilon), 1, 2);
}

Tensor Recorder::group_norm(const Tensor& x, int64_t groups, const Tensor& gain, const Tensor& bias,
                            float epsilon) {
  if (x.rank() != 3 || groups < 1 || x.dim(1) % groups != 0)
    shape_error("group_norm", tensor::shape_string(x.shape()));
  // A group's channels end to end are one channel of an instance norm.
  const int64_t channels = x.dim(1), inside = channels / groups;
  const Tensor flat = shaped(x, {x.dim(0), groups, inside * x.dim(2)}, {0, groups, -1});
  const Tensor norm =
      record("InstanceNormalization", {flat, filled(groups, 1.0f), filled(groups, 0.0f)},
             flat.shape(), {{"epsilon", epsilon}});
  Tensor y = shaped(norm, x.shape(), {0, channels, -1});
  if (gain) y = mul(y, shaped(gain, {channels, 1}, {channels, 1}));
  return bias ? add(y, shaped(bias, {channels, 1}, {channels, 1})) : y;
}

}  // namespace myna::compute::onnx
