#include "compute/torch/frame_functions.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>

#include "base/error.h"
#include "compute/torch/activation_kernels.h"
#include "compute/torch/frame_kernels.h"

namespace myna::compute::frames {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// [B, C, T] -> contiguous [B, T, C].
torch::Tensor rows_of(const torch::Tensor& x) { return x.transpose(1, 2).contiguous(); }

kernels::DepthwiseShape shape_of(const std::vector<int64_t>& f) {
  return {f[0], f[1], f[2], f[3], f[4], f[5]};
}

class Depthwise : public torch::autograd::Function<Depthwise> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x,
                               const torch::Tensor& weight,
                               const c10::optional<torch::Tensor>& bias, const ConvSpec* spec) {
    const auto in = rows_of(x);
    const auto taps = weight.view({weight.size(0), -1}).t().contiguous();
    const int64_t out_frames =
        in.size(1) + spec->pad_left + spec->pad_right - spec->dilation * (spec->kernel - 1);
    const std::vector<int64_t> fields = {in.size(1),   out_frames,     spec->in,
                                         spec->kernel, spec->dilation, spec->pad_left};
    const auto shape = shape_of(fields);
    auto y = torch::empty({in.size(0), out_frames, spec->in}, in.options());
    const auto values = bias ? bias->contiguous() : torch::Tensor();
    at::parallel_for(0, in.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        kernels::depthwise(shape, in.data_ptr<float>() + row * in.stride(0), taps.data_ptr<float>(),
                           bias ? values.data_ptr<float>() : nullptr,
                           y.data_ptr<float>() + row * y.stride(0));
      }
    });
    ctx->save_for_backward({in, taps});
    ctx->saved_data["fields"] = fields;
    ctx->saved_data["bias"] = bias.has_value();
    return y.transpose(1, 2);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto &in = saved[0], &taps = saved[1];
    const auto shape = shape_of(ctx->saved_data["fields"].toIntVector());
    const bool bias = ctx->saved_data["bias"].toBool();
    const auto dy = rows_of(grads[0]);
    const int64_t batch = in.size(0), parts = std::min<int64_t>(batch, at::get_num_threads());
    const bool want_dx = ctx->needs_input_grad(0), want_dw = ctx->needs_input_grad(1);
    auto dx = want_dx ? torch::empty_like(in) : torch::Tensor();
    auto dw = torch::zeros({parts, shape.kernel, shape.channels}, in.options());
    auto db = torch::zeros({parts, shape.channels}, in.options());
    // Row r adds to part r % parts, so that sums do not depend on how threads are scheduled.
    at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part) {
        for (int64_t row = part; row < batch; row += parts) {
          const float* g = dy.data_ptr<float>() + row * dy.stride(0);
          if (want_dx) {
            kernels::depthwise_dx(shape, g, taps.data_ptr<float>(),
                                  dx.data_ptr<float>() + row * dx.stride(0));
          }
          if (!want_dw) continue;
          kernels::depthwise_dw(shape, in.data_ptr<float>() + row * in.stride(0), g,
                                dw.data_ptr<float>() + part * dw.stride(0),
                                bias ? db.data_ptr<float>() + part * db.stride(0) : nullptr);
        }
      }
    });
    if (want_dx) dx = dx.transpose(1, 2);
    return {dx, dw.sum(0).t().unsqueeze(1), bias ? db.sum(0) : torch::Tensor(), {}};
  }
};

class Gated : public torch::autograd::Function<Gated> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x, bool tanh_first) {
    const auto in = rows_of(x);
    auto y = torch::empty({in.size(0), in.size(1), in.size(2) / 2}, in.options());
    const int64_t n = y.size(2);
    at::parallel_for(0, in.size(0) * in.size(1), 16, [&](int64_t begin, int64_t end) {
      kernels::gate(tanh_first, end - begin, n, in.data_ptr<float>() + begin * 2 * n,
                    y.data_ptr<float>() + begin * n);
    });
    ctx->save_for_backward({in});
    ctx->saved_data["tanh"] = tanh_first;
    return y.transpose(1, 2);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto in = ctx->get_saved_variables()[0];
    const auto dy = rows_of(grads[0]);
    auto dx = torch::empty_like(in);
    const int64_t n = dy.size(2);
    const bool tanh_first = ctx->saved_data["tanh"].toBool();
    at::parallel_for(0, in.size(0) * in.size(1), 16, [&](int64_t begin, int64_t end) {
      kernels::gate_dx(tanh_first, end - begin, n, in.data_ptr<float>() + begin * 2 * n,
                       dy.data_ptr<float>() + begin * n, dx.data_ptr<float>() + begin * 2 * n);
    });
    return {dx.transpose(1, 2), {}};
  }
};

kernels::Curve curve_of(Activation activation) {
  switch (activation) {
    case Activation::kGelu:
      return kernels::Curve::kGelu;
    case Activation::kGeluTanh:
      return kernels::Curve::kGeluTanh;
    case Activation::kSilu:
      return kernels::Curve::kSilu;
    case Activation::kMish:
      return kernels::Curve::kMish;
    case Activation::kTanh:
      return kernels::Curve::kTanh;
    default:
      throw Error(ErrorCode::kInternal, "no kernel for this activation", "activate");
  }
}

class Activate : public torch::autograd::Function<Activate> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x, int64_t curve) {
    const bool last = channels_last(x);
    const auto in = last ? x.transpose(1, 2) : x.contiguous();
    auto y = torch::empty_like(in);
    at::parallel_for(0, in.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
      kernels::activate(kernels::Curve(curve), end - begin, in.data_ptr<float>() + begin,
                        y.data_ptr<float>() + begin);
    });
    ctx->save_for_backward({in});
    ctx->saved_data["curve"] = curve;
    ctx->saved_data["last"] = last;
    return last ? y.transpose(1, 2) : y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto in = ctx->get_saved_variables()[0];
    const bool last = ctx->saved_data["last"].toBool();
    const auto curve = kernels::Curve(ctx->saved_data["curve"].toInt());
    const auto dy = (last ? grads[0].transpose(1, 2) : grads[0]).contiguous();
    auto dx = torch::empty_like(in);
    at::parallel_for(0, in.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
      kernels::activate_dx(curve, end - begin, in.data_ptr<float>() + begin,
                           dy.data_ptr<float>() + begin, dx.data_ptr<float>() + begin);
    });
    return {last ? dx.transpose(1, 2) : dx, {}};
  }

 private:
  static bool channels_last(const torch::Tensor& x) {
    return x.dim() == 3 && !x.is_contiguous() && x.transpose(1, 2).is_contiguous();
  }
};

class Dropout : public torch::autograd::Function<Dropout> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x, double probability) {
    const auto seed = torch::randint(int64_t(1) << 32, {1}, torch::kLong).item<int64_t>();
    ctx->saved_data["seed"] = seed;
    ctx->saved_data["probability"] = probability;
    return masked(x, seed, probability);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    return {masked(grads[0], ctx->saved_data["seed"].toInt(),
                   ctx->saved_data["probability"].toDouble()),
            {}};
  }

 private:
  /// Elements are counted in the order of a contiguous tensor, whatever the layout of x.
  static torch::Tensor masked(const torch::Tensor& x, int64_t seed, double probability) {
    const auto in = x.contiguous();
    auto y = torch::empty_like(in);
    const auto threshold = uint32_t(std::min(probability * 4294967296.0, 4294967295.0));
    at::parallel_for(0, in.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
      kernels::dropout(uint32_t(seed), begin, end - begin, threshold,
                       float(1.0 / (1.0 - probability)), in.data_ptr<float>() + begin,
                       y.data_ptr<float>() + begin);
    });
    return y;
  }
};

}  // namespace

torch::Tensor depthwise(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, const ConvSpec& spec) {
  return Depthwise::apply(x, weight, bias.defined() ? c10::make_optional(bias) : c10::nullopt,
                          &spec);
}

torch::Tensor gated(const torch::Tensor& x, Gate gate) {
  return Gated::apply(x, gate == Gate::kTanhSigmoid);
}

bool has_fast(Activation activation) {
  return activation == Activation::kGelu || activation == Activation::kGeluTanh ||
         activation == Activation::kSilu || activation == Activation::kMish ||
         activation == Activation::kTanh;
}

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  return Activate::apply(x, int64_t(curve_of(activation)));
}

torch::Tensor dropout(const torch::Tensor& x, double probability) {
  return Dropout::apply(x, probability);
}

}  // namespace myna::compute::frames
