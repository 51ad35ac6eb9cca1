// What the oneDNN functions of the torch backend share: memory views, running, layouts.
#pragma once

#include <torch/types.h>

#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

namespace myna::compute::onednn {

using DataType = dnnl::memory::data_type;

dnnl::engine& engine();

/// Bytes in some oneDNN layout, kept alive by a torch tensor.
struct Block {
  dnnl::memory::desc desc;
  torch::Tensor storage;
  dnnl::memory mem() const { return dnnl::memory(desc, engine(), storage.data_ptr()); }
};

/// A view of x (already permuted to the wanted logical order) as oneDNN sees it.
Block view(const torch::Tensor& x);
/// Uninitialised memory of a layout.
Block empty(const dnnl::memory::desc& desc);

/// Attributes that let the caller give the working memory, so that threads can share primitives.
dnnl::primitive_attr user_scratch();
void run(const dnnl::primitive& primitive, std::unordered_map<int, dnnl::memory> arguments,
         const dnnl::memory::desc& scratch);

/// Converts layout and type.
void copy(const Block& from, const Block& to);
Block in_layout(const Block& x, const dnnl::memory::desc& wanted);

/// x in `type`, contiguous, in one pass over memory.
torch::Tensor contiguous_as(const torch::Tensor& x, torch::ScalarType type);

/// c [N, M, P] = a [N, M, K] b [N, K, P] in f32; a and b of one type, each contiguous or the
/// transpose of a contiguous tensor. No gradients. With `bias` [P], added to every row.
torch::Tensor products(const torch::Tensor& a, const torch::Tensor& b,
                       const torch::Tensor& bias = {});

}  // namespace myna::compute::onednn
