#include "compute/torch/onednn_base.h"

namespace myna::compute::onednn {

using dnnl::memory;

dnnl::engine& engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

Block view(const torch::Tensor& x) {
  const auto type = x.scalar_type() == torch::kBFloat16 ? DataType::bf16 : DataType::f32;
  return {memory::desc(x.sizes().vec(), type, x.strides().vec()), x};
}

Block empty(const memory::desc& desc) {
  return {desc, torch::empty({int64_t(desc.get_size())}, torch::kByte)};
}

dnnl::primitive_attr user_scratch() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
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

torch::Tensor contiguous_as(const torch::Tensor& x, torch::ScalarType type) {
  if (x.is_contiguous()) return x.to(type);
  return torch::empty(x.sizes(), x.options().dtype(type)).copy_(x);
}

/// A single row or column may lie in memory under any strides; oneDNN 2.6 takes some of them for a
/// transposed matrix with rows too short and fails.
static torch::Tensor plain_if_thin(const torch::Tensor& x) {
  if (x.size(1) != 1 && x.size(2) != 1) return x;
  return x.contiguous().as_strided(x.sizes(), {x.size(1) * x.size(2), x.size(2), 1});
}

torch::Tensor products(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& bias) {
  auto c = torch::empty({a.size(0), a.size(1), b.size(2)}, torch::kFloat);
  const torch::Tensor plain_a = plain_if_thin(a), plain_b = plain_if_thin(b);
  const Block va = view(plain_a), vb = view(plain_b), vc = view(c);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, va.mem()}, {DNNL_ARG_WEIGHTS, vb.mem()}, {DNNL_ARG_DST, vc.mem()}};
  dnnl::matmul::desc desc(va.desc, vb.desc, vc.desc);
  if (bias.defined()) {
    const memory::desc row({1, 1, b.size(2)}, DataType::f32, memory::format_tag::abc);
    desc = dnnl::matmul::desc(va.desc, vb.desc, row, vc.desc);
    arguments.emplace(DNNL_ARG_BIAS, memory(row, engine(), bias.data_ptr()));
  }
  const dnnl::matmul::primitive_desc pd(desc, user_scratch(), engine());
  run(dnnl::matmul(pd), std::move(arguments), pd.scratchpad_desc());
  return c;
}

}  // namespace myna::compute::onednn
