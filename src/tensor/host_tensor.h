// Plain tensors in host memory: what files hold and what crosses between backends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myna::tensor {

enum class DType { kF32, kF16, kBF16, kI64, kI32, kI8, kU8, kF64, kI16, kBool };

size_t dtype_size(DType dtype);
/// "F32", "F16", ... as written in safetensors headers.
std::string_view dtype_name(DType dtype);

using Shape = std::vector<int64_t>;

/// Product of the dimensions; 1 for a scalar. Throws Error(kInvalidModel) on overflow.
int64_t element_count(const Shape& shape);
std::string shape_string(const Shape& shape);  ///< "[2, 3]"

/// An immutable row-major view of bytes that keeps its storage alive (a heap block or a mapped
/// file). Copies are cheap. Thread-safe to read.
class HostTensor {
 public:
  HostTensor() = default;
  /// View of `bytes`, kept alive by `owner`. bytes.size() must be element_count * dtype_size.
  HostTensor(DType dtype, Shape shape, std::span<const std::byte> bytes,
             std::shared_ptr<const void> owner);

  static HostTensor from_floats(Shape shape, std::vector<float> values);
  static HostTensor from_ints(Shape shape, std::vector<int64_t> values);
  static HostTensor zeros(Shape shape);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  int64_t dim(int axis) const;  ///< negative counts from the end
  int64_t count() const;
  bool empty() const { return bytes_.data() == nullptr; }
  std::span<const std::byte> bytes() const { return bytes_; }

  /// Zero-copy view when the dtype is F32 (throws Error(kInternal) otherwise).
  std::span<const float> f32() const;
  std::span<const int64_t> i64() const;
  /// Converted copy: F16/BF16/F64/ints -> float.
  std::vector<float> to_floats() const;
  std::vector<int64_t> to_ints() const;
  /// This tensor as another floating dtype (F32, F16, BF16); shares storage when equal.
  HostTensor cast(DType dtype) const;
  HostTensor reshaped(Shape shape) const;

 private:
  DType dtype_ = DType::kF32;
  Shape shape_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
};

/// Round-to-nearest-even conversions of single values.
float half_to_float(uint16_t bits);
uint16_t float_to_half(float value);
float bfloat16_to_float(uint16_t bits);
uint16_t float_to_bfloat16(float value);

}  // namespace myna::tensor
