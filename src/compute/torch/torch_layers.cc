// Layers of the torch backend: linear, convolution, embedding, norms.
#include <torch/torch.h>

#include "base/error.h"
#include "compute/torch/torch_backend.h"
#include "compute/torch/torch_data.h"
#include "compute/torch/torch_ops.h"

namespace myna::compute {
namespace {

const TorchWeights& weights_of(const WeightsPtr& w, bool conv, const char* operation) {
  const auto* own = dynamic_cast<const TorchWeights*>(w.get());
  if (!own || own->is_conv != conv) {
    throw Error(ErrorCode::kInternal, "weights of another kind or backend", operation);
  }
  return *own;
}

void check(bool right, const char* operation, const char* wanted) {
  if (!right) throw Error(ErrorCode::kInternal, wanted, operation);
}

}  // namespace

Tensor TorchBackend::finish(torch::Tensor y, const Epilogue& epilogue) const {
  if (epilogue.activation != Activation::kNone) {
    y = torch_ops::activate(y, epilogue.activation, epilogue.slope);
  }
  if (epilogue.residual) {
    auto residual = unwrap(epilogue.residual);
    check(residual.sizes() == y.sizes(), "epilogue", "the residual must have the result's shape");
    y = y + residual;
  }
  return wrap(std::move(y));
}

Tensor TorchBackend::linear(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const TorchWeights& own = weights_of(w, false, "linear");
  check(x.rank() >= 1 && x.dim(-1) == own.weight.size(1), "linear", "x must be [..., in]");
  return finish(torch_ops::linear(unwrap(x), own.weight, own.bias, options_.autocast_bf16),
                epilogue);
}

Tensor TorchBackend::conv1d(const Tensor& x, const WeightsPtr& w, const Epilogue& epilogue) {
  const TorchWeights& own = weights_of(w, true, "conv1d");
  check(x.rank() == 3 && x.dim(1) == own.conv.in, "conv1d", "x must be [B, in, T]");
  auto weight = own.v.defined() ? torch_ops::weight_norm(own.v, own.g) : own.weight;
  weight = weight.reshape(own.shape);
  return finish(torch_ops::conv1d(unwrap(x), weight, own.bias, own.conv, options_.autocast_bf16),
                epilogue);
}

Tensor TorchBackend::embedding(const Tensor& ids, const Tensor& table) {
  check(ids.element() == Element::kInt && table.rank() == 2, "embedding",
        "ids must be integers and the table [rows, width]");
  return wrap(torch::embedding(unwrap(table), unwrap(ids)));
}

Tensor TorchBackend::layer_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                                float epsilon) {
  return wrap(torch_ops::layer_norm(unwrap(x), unwrap(gain), unwrap(bias), epsilon));
}

Tensor TorchBackend::channel_norm(const Tensor& x, const Tensor& gain, const Tensor& bias,
                                  float epsilon) {
  check(x.rank() == 3, "channel_norm", "x must be [B, C, T]");
  auto y = torch_ops::layer_norm(unwrap(x).transpose(1, 2), unwrap(gain), unwrap(bias), epsilon);
  return wrap(y.transpose(1, 2));
}

Tensor TorchBackend::group_norm(const Tensor& x, int64_t groups, const Tensor& gain,
                                const Tensor& bias, float epsilon) {
  check(x.rank() == 3 && x.dim(1) % groups == 0, "group_norm",
        "x must be [B, C, T] with C a multiple of the groups");
  return wrap(torch::group_norm(unwrap(x), groups, unwrap(gain), unwrap(bias), epsilon));
}

}  // namespace myna::compute
