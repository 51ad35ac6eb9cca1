#include "compute/torch/onednn.h"

#include <torch/torch.h>

#include <map>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>

namespace myna::compute::onednn {
namespace {

using dnnl::memory;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Dims = memory::dims;
using DataType = memory::data_type;

dnnl::engine& engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// Bytes in some oneDNN layout, kept alive by a torch tensor.
struct Block {
  memory::desc desc;
  torch::Tensor storage;
  memory mem() const { return memory(desc, engine(), storage.data_ptr()); }
};

DataType type_of(const torch::Tensor& x) {
  return x.scalar_type() == torch::kBFloat16 ? DataType::bf16 : DataType::f32;
}

/// A view of x (already permuted to the wanted logical order) as oneDNN sees it.
Block view(const torch::Tensor& x) {
  return {memory::desc(x.sizes().vec(), type_of(x), x.strides().vec()), x};
}

Block empty(const memory::desc& desc) {
  return {desc, torch::empty({int64_t(desc.get_size())}, torch::kByte)};
}

void run(const dnnl::primitive& primitive, std::unordered_map<int, memory> arguments,
         const memory::desc& scratch) {
  dnnl::stream stream(engine());
  torch::Tensor bytes;
  if (scratch.get_size() > 0) {
    bytes = torch::empty({int64_t(scratch.get_size())}, torch::kByte);
    arguments.emplace(DNNL_ARG_SCRATCHPAD, memory(scratch, engine(), bytes.data_ptr()));
  }
  primitive.execute(stream, arguments);
  stream.wait();
}

dnnl::primitive_attr user_scratch() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

void copy(const Block& from, const Block& to) {
  const dnnl::reorder::primitive_desc pd(engine(), from.desc, engine(), to.desc, user_scratch());
  run(dnnl::reorder(pd), {{DNNL_ARG_FROM, from.mem()}, {DNNL_ARG_TO, to.mem()}},
      pd.scratchpad_desc());
}

Block in_layout(const Block& x, const memory::desc& wanted) {
  if (x.desc == wanted) return x;
  Block out = empty(wanted);
  copy(x, out);
  return out;
}

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

enum Kind : int64_t { kForward, kBackwardData, kBackwardWeights, kMatmul };

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

/// Frames to compute for a result of `frames`. Linear layers see a new number of rows with nearly
/// every batch; rounding it up keeps the number of programs that oneDNN has to generate small.
int64_t computed_frames(const ConvSpec& spec, int64_t batch, int64_t frames, bool bf16) {
  if (!bf16 || batch != 1 || spec.kernel != 1 || spec.stride != 1) return frames;
  int64_t step = 16;
  while (step * 32 <= frames) step *= 2;
  return (frames + step - 1) / step * step;
}

/// Frames with the channels last, in `type`: [B, T, C] contiguous behind a [B, C, T] view, with
/// zeros beyond x's frames when `count` is larger (then B must be 1).
torch::Tensor channels_last(const torch::Tensor& x, torch::ScalarType type, int64_t count) {
  auto frames = x.transpose(1, 2);
  if (count > x.size(2)) {
    auto out = torch::empty({1, count, x.size(1)}, x.options().dtype(type));
    out.slice(1, 0, x.size(2)).copy_(frames);
    out.slice(1, x.size(2)).zero_();
    return out.transpose(1, 2);
  }
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
    const int64_t batch = x.size(0), frames = computed_frames(*spec, batch, x.size(2), bf16);
    auto w = weight.contiguous();
    auto src = channels_last(x, bf16 ? torch::kBFloat16 : torch::kFloat, frames);
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
    if (frames > x.size(2)) y = y.slice(1, 0, x.size(2));
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
    const int64_t results = result_frames(frames, spec);
    auto dst = channels_last(grads[0], bf16 ? torch::kBFloat16 : torch::kFloat, results);
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
      if (results > grads[0].size(2)) dx = dx.slice(1, 0, grads[0].size(2));
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

// Matrix products -----------------------------------------------------------------------------

/// c [N, M, P] = a [N, M, K] b [N, K, P], all plain and possibly transposed.
torch::Tensor products(const torch::Tensor& a, const torch::Tensor& b) {
  auto c = torch::empty({a.size(0), a.size(1), b.size(2)}, torch::kFloat);
  const Block va = view(a), vb = view(b), vc = view(c);
  const dnnl::matmul::desc desc(va.desc, vb.desc, vc.desc);
  const dnnl::matmul::primitive_desc pd(desc, user_scratch(), engine());
  run(dnnl::matmul(pd),
      {{DNNL_ARG_SRC, va.mem()}, {DNNL_ARG_WEIGHTS, vb.mem()}, {DNNL_ARG_DST, vc.mem()}},
      pd.scratchpad_desc());
  return c;
}

class Matmul : public torch::autograd::Function<Matmul> {
 public:
  static torch::Tensor forward(AutogradContext* ctx, const torch::Tensor& a, const torch::Tensor& b,
                               bool bf16) {
    const auto type = bf16 ? torch::kBFloat16 : torch::kFloat;
    auto left = a.to(type), right = b.to(type);
    ctx->save_for_backward({left, right});
    return products(left, right);
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    auto dc = grads[0].to(saved[0].scalar_type());
    torch::Tensor da, db;
    if (ctx->needs_input_grad(0)) da = products(dc, saved[1].transpose(1, 2));
    if (ctx->needs_input_grad(1)) db = products(saved[0].transpose(1, 2), dc);
    return {da, db, {}};
  }
};

/// Autograd functions of older libtorch take an absent tensor only as an empty optional.
c10::optional<torch::Tensor> present(const torch::Tensor& x) {
  return x.defined() ? c10::make_optional(x) : c10::nullopt;
}

}  // namespace

bool takes(const torch::Tensor& x) { return x.is_cpu() && x.scalar_type() == torch::kFloat; }

torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     bool bf16) {
  // A linear layer is a convolution of kernel 1 over all rows as frames.
  ConvSpec spec;
  spec.in = weight.size(1), spec.out = weight.size(0);
  auto rows = x.reshape({-1, spec.in});
  auto y = Conv::apply(rows.unsqueeze(0).transpose(1, 2), weight.unsqueeze(2), present(bias), &spec,
                       bf16)
               .transpose(1, 2);
  auto shape = x.sizes().vec();
  shape.back() = spec.out;
  return y.view(shape);
}

torch::Tensor conv1d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvSpec& spec, bool bf16) {
  return Conv::apply(x, weight, present(bias), &spec, bf16);
}

torch::Tensor matmul(const torch::Tensor& a, const torch::Tensor& b, bool bf16) {
  return Matmul::apply(a, b, bf16);
}

}  // namespace myna::compute::onednn
