// Layers of CpuBackend: products, convolutions, embeddings, norms.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compute/cpu/backend_impl.h"
#include "compute/cpu/conv.h"
#include "compute/cpu/kernels/norms.h"
#include "compute/cpu/linear.h"
#include "compute/weight_norm.h"

namespace myna::compute::cpu {

WeightsPtr CpuBackend::linear_weights(const LinearSpec& spec, const Parameter& weight,
                                      const Parameter& bias) {
  return std::make_shared<LinearLayer>(spec, weight.value, bias.value, hardware_, threads_);
}

WeightsPtr CpuBackend::conv_weights(const ConvSpec& spec, const WeightParameter& weight,
                                    const Parameter& bias) {
  if (weight.weight || !weight.v)
    return std::make_shared<ConvLayer>(spec, folded(weight), bias.value, hardware_, threads_);
  const HostTensor& v = weight.v.value;
  std::vector<float> w(size_t(v.count()));
  over_rows(v.dim(0), v.count() / std::max<int64_t>(v.dim(0), 1),
            [&](int64_t from, int64_t to) { fold_rows(weight, from, to, w); });
  return std::make_shared<ConvLayer>(spec, HostTensor::from_floats(v.shape(), std::move(w)),
                                     bias.value, hardware_, threads_);
}

Tensor CpuBackend::linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const auto* layer = dynamic_cast<const LinearLayer*>(w.get());
  if (!layer) shape_error("linear", "the weights are not those of a linear layer of this backend");
  const CpuTensorPtr in = read("linear", x, Order::kPlain);
  if (in->rank() < 1 || in->shape.back() != layer->spec().in)
    shape_error("linear", "input " + tensor::shape_string(in->shape) + " for a layer of " +
                              std::to_string(layer->spec().in) + " inputs");
  Shape shape = in->shape;
  shape.back() = layer->spec().out;
  const CpuTensorPtr residual = residual_for("linear", epilogue, shape, false);
  auto y = make(shape);
  layer->run(threads_, *memory_, in->f(), in->count() / layer->spec().in,
             {epilogue.activation, epilogue.slope, residual ? residual->f() : nullptr}, y->f());
  return wrap(y);
}

Tensor CpuBackend::conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const auto* layer = dynamic_cast<const ConvLayer*>(w.get());
  if (!layer) shape_error("conv1d", "the weights are not those of a convolution of this backend");
  const CpuTensorPtr in = reordered(get("conv1d", x), true);
  if (in->rank() != 3 || in->shape[1] != layer->spec().in)
    shape_error("conv1d", "input " + tensor::shape_string(in->shape) + " for a layer of " +
                              std::to_string(layer->spec().in) + " channels");
  const Shape shape = {in->shape[0], layer->spec().out, layer->frames_out(in->shape[2])};
  const CpuTensorPtr residual = residual_for("conv1d", epilogue, shape, true);
  auto y = make(shape, true);
  layer->run(threads_, {in->f(), in->shape[0], in->shape[2], in->pending, in->slope},
             {epilogue.activation, epilogue.slope, residual ? residual->f() : nullptr}, y->f());
  return wrap(y);
}

Tensor CpuBackend::embedding(const Tensor& ids, const Tensor& table) {
  const CpuTensorPtr rows = reordered(get("embedding", ids, Element::kInt), false);
  const CpuTensorPtr values = read("embedding", table, Order::kPlain);
  if (values->rank() != 2)
    shape_error("embedding",
                "table " + tensor::shape_string(values->shape) + " is not [rows, width]");
  const int64_t width = values->shape[1];
  Shape shape = rows->shape;
  shape.push_back(width);
  auto y = make(shape);
  for (int64_t n = 0; n < rows->count(); ++n) {
    const int64_t id = rows->i()[n];
    if (id < 0 || id >= values->shape[0])
      shape_error("embedding", "id " + std::to_string(id) + " outside a table of " +
                                   std::to_string(values->shape[0]) + " rows");
    std::memcpy(y->f() + n * width, values->f() + id * width, size_t(width) * sizeof(float));
  }
  return wrap(y);
}

Tensor CpuBackend::layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                              float epsilon) {
  const CpuTensorPtr in = read("layer_norm", x, Order::kPlain);
  if (in->rank() < 1) shape_error("layer_norm", "a scalar has no axis to normalise");
  const int64_t width = in->shape.back();
  const CpuTensorPtr g = channel_values("layer_norm", gain, width);
  const CpuTensorPtr b = channel_values("layer_norm", bias, width);
  auto y = make(in->shape);
  over_rows(in->count() / std::max<int64_t>(width, 1), width, [&](int64_t from, int64_t to) {
    layer_norm_rows(in->f() + from * width, to - from, width, g ? g->f() : nullptr,
                    b ? b->f() : nullptr, epsilon, y->f() + from * width);
  });
  return wrap(y);
}

Tensor CpuBackend::channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                                float epsilon) {
  const CpuTensorPtr in = read("channel_norm", x, Order::kSwapped);
  if (in->rank() != 3)
    shape_error("channel_norm", tensor::shape_string(in->shape) + " is not [B, C, T]");
  const int64_t width = in->shape[1];
  const CpuTensorPtr g = channel_values("channel_norm", gain, width);
  const CpuTensorPtr b = channel_values("channel_norm", bias, width);
  auto y = make(in->shape, true);
  over_rows(in->shape[0] * in->shape[2], width, [&](int64_t from, int64_t to) {
    layer_norm_rows(in->f() + from * width, to - from, width, g ? g->f() : nullptr,
                    b ? b->f() : nullptr, epsilon, y->f() + from * width);
  });
  return wrap(y);
}

Tensor CpuBackend::group_norm(const Tensor& x, int64_t groups, const Tensor& gain,
                              const Tensor& bias, float epsilon) {
  const CpuTensorPtr in = read("group_norm", x, Order::kSwapped);
  if (in->rank() != 3 || groups < 1 || in->shape[1] % groups)
    shape_error("group_norm",
                tensor::shape_string(in->shape) + " in " + std::to_string(groups) + " groups");
  const int64_t channels = in->shape[1], frames = in->shape[2], size = channels / groups;
  const CpuTensorPtr g = channel_values("group_norm", gain, channels);
  const CpuTensorPtr b = channel_values("group_norm", bias, channels);
  auto y = make(in->shape, true);
  // A piece is a run of whole groups, at least 16 channels wide.
  const int64_t together = std::min(groups, std::max<int64_t>(1, 16 / size));
  const int64_t pieces = (groups + together - 1) / together;
  threads_.run(in->shape[0] * pieces, [&](int64_t n) {
    const int64_t first = n % pieces * together * size;
    const int64_t columns = std::min(together * size, channels - first);
    const int64_t at = n / pieces * channels * frames + first;
    std::vector<double> sums(size_t(columns), 0.0);
    std::vector<float> centre(static_cast<size_t>(columns)), scale(centre), shift(centre);
    const double per_group = double(size) * double(frames);
    const auto spread = [&](int64_t group) {  // the sum over one group's channels
      double sum = 0;
      for (int64_t c = 0; c < size; ++c) sum += sums[size_t(group * size + c)];
      return sum;
    };
    column_sums(in->f() + at, frames, channels, columns, sums.data());
    for (int64_t c = 0; c < columns; ++c) centre[size_t(c)] = float(spread(c / size) / per_group);
    std::fill(sums.begin(), sums.end(), 0.0);
    column_squares(in->f() + at, frames, channels, columns, centre.data(), sums.data());
    for (int64_t c = 0; c < columns; ++c) {
      const double variance = spread(c / size) / per_group;
      const float factor = float(1.0 / std::sqrt(variance + double(epsilon)));
      scale[size_t(c)] = factor * (g ? g->f()[first + c] : 1.0f);
      shift[size_t(c)] = (b ? b->f()[first + c] : 0.0f) - centre[size_t(c)] * scale[size_t(c)];
    }
    scale_columns(in->f() + at, frames, channels, columns, scale.data(), shift.data(), y->f() + at);
  });
  return wrap(y);
}

}  // namespace myna::compute::cpu
