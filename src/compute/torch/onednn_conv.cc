// Convolutions with gradients.
#include <torch/autograd.h>
#include <torch/types.h>

#include <map>
#include <mutex>

#include "compute/torch/onednn.h"
#include "compute/torch/onednn_base.h"

namespace myna::compute::onednn {
namespace {

using dnnl::memory;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Dims = memory::dims;

/// One prepared primitive with the layouts that it wants.
struct Prepared {
  dnnl::primitive primitive;
  memory::desc src, weights, dst, scratch;
};

/// Preparing generates machine code and costs more than running for small shapes, so what was
/// prepared is kept, up to a bound.
Prepared prepared(const std::vector<int64_t>& key, Prepared (*make)(const int64_t*)) {
  static std::mutex mutex;
  static std::map<std::vector<int64_t>, Prepared> cache;
  const std::lock_guard lock(mutex);
  auto found = cache.find(key);
  if (found == cache.end()) {
    if (cache.size() >= 768) cache.clear();
    found = cache.emplace(key, make(key.data() + 1)).first;
  }
  return found->second;
}

// Convolution ---------------------------------------------------------------------------------

enum Kind : int64_t { kForward, kBackwardData, kBackwardWeights };

/// The key of a convolution, decoded.
struct ConvShape {
  Dims src, weights, bias, dst, stride, dilation, left, right;
  DataType type;
  bool with_bias;
  memory::desc src_desc(DataType t) const { return {src, t, memory::format_tag::nwc}; }
  memory::desc dst_desc(DataType t) const { return {dst, t, memory::format_tag::nwc}; }
  memory::desc any_weights(DataType t) const { return {weights, t, memory::format_tag::any}; }
  memory::desc bias_desc() const {
    return with_bias ? memory::desc(bias, DataType::f32, memory::format_tag::x) : memory::desc();
  }
};

std::vector<int64_t> conv_key(Kind kind, const ConvSpec& spec, int64_t batch, int64_t frames,
                              bool bias, bool bf16) {
  return {kind,        batch,       frames,        spec.in,       spec.out,
          spec.kernel, spec.stride, spec.dilation, spec.pad_left, spec.pad_right,
          spec.groups, bias,        bf16};
}

int64_t result_frames(int64_t frames, const ConvSpec& spec) {
  return (frames + spec.pad_left + spec.pad_right - spec.dilation * (spec.kernel - 1) - 1) /
             spec.stride +
         1;
}

ConvShape decode(const int64_t* k) {
  ConvSpec s;
  s.in = k[2], s.out = k[3], s.kernel = k[4], s.stride = k[5], s.dilation = k[6];
  s.pad_left = k[7], s.pad_right = k[8], s.groups = k[9];
  ConvShape shape;
  shape.src = {k[0], s.in, k[1]};
  shape.dst = {k[0], s.out, result_frames(k[1], s)};
  shape.weights = s.groups == 1 ? Dims{s.out, s.in, s.kernel}
                                : Dims{s.groups, s.out / s.groups, s.in / s.groups, s.kernel};
  shape.bias = {s.out};
  shape.stride = {s.stride}, shape.dilation = {s.dilation - 1};
  shape.left = {s.pad_left}, shape.right = {s.pad_right};
  shape.with_bias = k[10] != 0;
  shape.type = k[11] != 0 ? DataType::bf16 : DataType::f32;
  return shape;
}

dnnl::convolution_forward::primitive_desc forward_desc(const ConvShape& s) {
  const dnnl::convolution_forward::desc desc(
      dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct, s.src_desc(s.type),
      s.any_weights(s.type), s.bias_desc(), s.dst_desc(DataType::f32), s.stride, s.dilation, s.left,
      s.right);
  return {desc, user_scratch(), engine()};
}

Prepared make_forward(const int64_t* key) {
  const auto pd = forward_desc(decode(key));
  return {dnnl::convolution_forward(pd), pd.src_desc(), pd.weights_desc(), pd.dst_desc(),
          pd.scratchpad_desc()};
}

/// The hint that oneDNN asks for: the forward pass with the data types of the backward one.
dnnl::convolution_forward::primitive_desc hint(const ConvShape& s) {
  const dnnl::convolution_forward::desc desc(
      dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct, s.src_desc(s.type),
      s.any_weights(s.type), s.dst_desc(s.type), s.stride, s.dilation, s.left, s.right);
  return {desc, engine()};
}

Prepared make_backward_data(const int64_t* key) {
  const ConvShape s = decode(key);
  const dnnl::convolution_backward_data::desc desc(
      dnnl::algorithm::convolution_direct, s.src_desc(DataType::f32), s.any_weights(s.type),
      s.dst_desc(s.type), s.stride, s.dilation, s.left, s.right);
  const dnnl::convolution_backward_data::primitive_desc pd(desc, user_scratch(), engine(), hint(s));
  return {dnnl::convolution_backward_data(pd), pd.diff_src_desc(), pd.weights_desc(),
          pd.diff_dst_desc(), pd.scratchpad_desc()};
}

Prepared make_backward_weights(const int64_t* key) {
  const ConvShape s = decode(key);
  const dnnl::convolution_backward_weights::desc desc(
      dnnl::algorithm::convolution_direct, s.src_desc(s.type), s.any_weights(DataType::f32),
      s.bias_desc(), s.dst_desc(s.type), s.stride, s.dilation, s.left, s.right);
  const dnnl::convolution_backward_weights::primitive_desc pd(desc, user_scratch(), engine(),
                                                              hint(s));
  return {dnnl::convolution_backward_weights(pd), pd.src_desc(), pd.diff_weights_desc(),
          pd.diff_dst_desc(), pd.scratchpad_desc()};
}

/// A weight [out, in / groups, kernel] with the groups as an axis of their own where there are any.
Block weight_view(const torch::Tensor& w, int64_t groups) {
  if (groups == 1) return view(w);
  return view(w.view({groups, w.size(0) / groups, w.size(1), w.size(2)}));
}

/// Frames with the channels last, in `type`: [B, T, C] contiguous behind a [B, C, T] view.
torch::Tensor channels_last(const torch::Tensor& x, torch::ScalarType type) {
  auto frames = x.transpose(1, 2);
  if (frames.is_contiguous()) return frames.to(type).transpose(1, 2);
  auto out = torch::empty(frames.sizes(), frames.options().dtype(type)).transpose(1, 2);
  if (x.is_contiguous()) {
    copy(view(x), view(out));
  } else {
    out.copy_(x);
  }
  return out;
}

class Conv : public torch::autograd::Function<Conv> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& x,
                               const torch::Tensor& weight,
                               const c10::optional<torch::Tensor>& maybe_bias, const ConvSpec* spec,
                               bool bf16) {
    const auto bias = maybe_bias.value_or(torch::Tensor());
    const int64_t batch = x.size(0), frames = x.size(2);
    auto w = weight.contiguous();
    auto src = channels_last(x, bf16 ? torch::kBFloat16 : torch::kFloat);
    const auto& p =
        prepared(conv_key(kForward, *spec, batch, frames, bias.defined(), bf16), make_forward);
    auto y = torch::empty({batch, result_frames(frames, *spec), spec->out}, x.options());
    std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC, memory(p.src, engine(), src.data_ptr())},
        {DNNL_ARG_DST, memory(p.dst, engine(), y.data_ptr())}};
    const Block packed = in_layout(weight_view(w, spec->groups), p.weights);
    arguments.emplace(DNNL_ARG_WEIGHTS, packed.mem());
    const auto bias_values = bias.defined() ? bias.contiguous() : bias;
    if (bias.defined()) arguments.emplace(DNNL_ARG_BIAS, view(bias_values).mem());
    run(p.primitive, std::move(arguments), p.scratch);
    ctx->save_for_backward({src, w});
    ctx->saved_data["spec"] =
        std::vector<int64_t>{spec->in,       spec->out,      spec->kernel,    spec->stride,
                             spec->dilation, spec->pad_left, spec->pad_right, spec->groups};
    ctx->saved_data["bf16"] = bf16;
    ctx->saved_data["bias"] = bias.defined();
    return y.transpose(1, 2);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto& src = saved[0];
    const auto& w = saved[1];
    const auto fields = ctx->saved_data["spec"].toIntVector();
    ConvSpec spec;
    spec.in = fields[0], spec.out = fields[1], spec.kernel = fields[2], spec.stride = fields[3];
    spec.dilation = fields[4], spec.pad_left = fields[5], spec.pad_right = fields[6];
    spec.groups = fields[7];
    const bool bf16 = ctx->saved_data["bf16"].toBool();
    const bool bias = ctx->saved_data["bias"].toBool();
    const int64_t batch = src.size(0), frames = src.size(2);
    auto dst = channels_last(grads[0], bf16 ? torch::kBFloat16 : torch::kFloat);
    torch::Tensor dx, dw, db;
    if (ctx->needs_input_grad(0)) {
      const auto& p =
          prepared(conv_key(kBackwardData, spec, batch, frames, false, bf16), make_backward_data);
      dx = torch::empty({batch, frames, spec.in}, w.options());
      const Block packed = in_layout(weight_view(w, spec.groups), p.weights);
      run(p.primitive,
          {{DNNL_ARG_DIFF_DST, memory(p.dst, engine(), dst.data_ptr())},
           {DNNL_ARG_WEIGHTS, packed.mem()},
           {DNNL_ARG_DIFF_SRC, memory(p.src, engine(), dx.data_ptr())}},
          p.scratch);
      dx = dx.transpose(1, 2);
    }
    if (ctx->needs_input_grad(1) || (bias && ctx->needs_input_grad(2))) {
      const auto p = prepared(conv_key(kBackwardWeights, spec, batch, frames, bias, bf16),
                              make_backward_weights);
      const Block packed = empty(p.weights);
      std::unordered_map<int, memory> arguments = {
          {DNNL_ARG_DIFF_DST, memory(p.dst, engine(), dst.data_ptr())},
          {DNNL_ARG_SRC, memory(p.src, engine(), src.data_ptr())},
          {DNNL_ARG_DIFF_WEIGHTS, packed.mem()}};
      if (bias) {
        db = torch::empty({spec.out}, w.options());
        arguments.emplace(DNNL_ARG_DIFF_BIAS, view(db).mem());
      }
      run(p.primitive, std::move(arguments), p.scratch);
      dw = torch::empty(w.sizes(), w.options());
      copy(packed, weight_view(dw, spec.groups));
    }
    return {dx, dw, db, {}, {}};
  }
};

/// Autograd functions of older libtorch take an absent tensor only as an empty optional.
c10::optional<torch::Tensor> present(const torch::Tensor& x) {
  return x.defined() ? c10::make_optional(x) : c10::nullopt;
}

}  // namespace

bool takes(const torch::Tensor& x) { return x.is_cpu() && x.scalar_type() == torch::kFloat; }

torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16) {
  return Conv::apply(x, weight, present(bias), &spec, bf16);
}

}  // namespace myna::compute::onednn
