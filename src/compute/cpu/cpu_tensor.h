// Storage of the CPU backend's tensors: contiguous f32 or i64 values in one of two orders, and
// optionally an activation that is still to be applied by whoever reads them.
#pragma once

#include <memory>
#include <string>

#include "compute/backend.h"
#include "compute/tensor.h"

namespace myna::compute::cpu {

/// Throws Error(kInternal) about operation `op`.
[[noreturn]] void shape_error(const char* op, const std::string& what);

struct CpuTensor final : TensorData {
  CpuTensor(Shape s, Element e) : TensorData(std::move(s), e) {}

  /// The stored order has the last two axes exchanged: [B, C, T] is kept as [B, T, C]
  /// (channels-last, what convolutions read). Never set where one of the two axes has size 1.
  bool swapped = false;
  /// Applied to the stored values when they are read (kNone, kRelu or kLeakyRelu).
  Activation pending = Activation::kNone;
  float slope = 0;

  std::shared_ptr<void> storage;
  void* values = nullptr;

  float* f() { return static_cast<float*>(values); }
  const float* f() const { return static_cast<const float*>(values); }
  int64_t* i() { return static_cast<int64_t*>(values); }
  const int64_t* i() const { return static_cast<const int64_t*>(values); }

  int rank() const { return int(shape.size()); }
  int64_t count() const { return tensor::element_count(shape); }
  /// The shape in stored order.
  Shape stored_shape() const;
};
using CpuTensorPtr = std::shared_ptr<const CpuTensor>;

/// Whether the order matters: both of the last two axes have more than one element.
bool has_order(const Shape& shape);

}  // namespace myna::compute::cpu
