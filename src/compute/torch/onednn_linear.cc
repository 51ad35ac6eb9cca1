// Linear layers with gradients.
#include <torch/autograd.h>
#include <torch/types.h>

#include "compute/torch/onednn.h"
#include "compute/torch/onednn_base.h"

namespace myna::compute::onednn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Batches have a new number of rows nearly every time; rounding it up keeps the number of programs
/// that oneDNN has to generate small.
int64_t computed_rows(int64_t rows) {
  int64_t step = 16;
  while (step * 32 <= rows) step *= 2;
  return (rows + step - 1) / step * step;
}

/// x [rows, width] in `type` with zero rows added up to `count`, as [1, count, width].
torch::Tensor padded(const torch::Tensor& x, int64_t count, torch::ScalarType type) {
  const int64_t rows = x.size(0);
  if (rows == count) return contiguous_as(x, type).unsqueeze(0);
  auto out = torch::empty({1, count, x.size(1)}, x.options().dtype(type));
  out[0].slice(0, 0, rows).copy_(x);
  out[0].slice(0, rows).zero_();
  return out;
}

class Linear : public torch::autograd::Function<Linear> {
 public:
  /// x [rows, in]
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x,
                               const torch::Tensor& weight,
                               const c10::optional<torch::Tensor>& bias, bool bf16) {
    const auto type = bf16 ? torch::kBFloat16 : torch::kFloat;
    const auto in = padded(x, computed_rows(x.size(0)), type);
    const auto w = contiguous_as(weight, type).unsqueeze(0);
    ctx->save_for_backward({in, w});
    ctx->saved_data["bias"] = bias.has_value();
    const auto y = products(in, w.transpose(1, 2), bias ? bias->contiguous() : torch::Tensor());
    return y[0].slice(0, 0, x.size(0));
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto &in = saved[0], &w = saved[1];
    const int64_t rows = grads[0].size(0);
    const auto dy = padded(grads[0], in.size(1), in.scalar_type());
    torch::Tensor dx, dw, db;
    if (ctx->needs_input_grad(0)) dx = products(dy, w)[0].slice(0, 0, rows);
    if (ctx->needs_input_grad(1)) dw = products(dy.transpose(1, 2), in)[0];
    if (ctx->saved_data["bias"].toBool() && ctx->needs_input_grad(2)) db = grads[0].sum(0);
    return {dx, dw, db, {}};
  }
};

}  // namespace

torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     bool bf16) {
  auto y = Linear::apply(x.reshape({-1, x.size(-1)}), weight,
                         bias.defined() ? c10::make_optional(bias) : c10::nullopt, bf16);
  auto shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return y.view(shape);
}

}  // namespace myna::compute::onednn
