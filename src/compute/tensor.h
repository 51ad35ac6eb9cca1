// Backend-owned tensors: opaque, reference-counted handles with a logical shape. Memory layout and
// stored precision are the backend's own business; values are read back with Backend::to_host.
#pragma once

#include <memory>
#include <vector>

#include "tensor/host_tensor.h"

namespace myna::compute {

using tensor::HostTensor;
using tensor::Shape;

enum class Element { kFloat, kInt };  ///< logical element: real numbers, or 64-bit indices

/// Base of every backend's storage. Immutable once returned by an operation.
struct TensorData {
  TensorData(Shape s, Element e) : shape(std::move(s)), element(e) {}
  virtual ~TensorData() = default;
  Shape shape;
  Element element;
};

/// A value handle; copies share the data. A default-constructed Tensor is absent.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(std::shared_ptr<TensorData> data) : data_(std::move(data)) {}
  explicit operator bool() const { return data_ != nullptr; }

  const Shape& shape() const { return data_->shape; }
  int rank() const { return int(data_->shape.size()); }
  /// Size of an axis; negative counts from the end.
  int64_t dim(int axis) const { return data_->shape[size_t(axis < 0 ? axis + rank() : axis)]; }
  Element element() const { return data_->element; }
  const std::shared_ptr<TensorData>& data() const { return data_; }

 private:
  std::shared_ptr<TensorData> data_;
};

/// Valid lengths per batch row; empty means "all frames are valid".
using Lengths = std::vector<int64_t>;

}  // namespace myna::compute
