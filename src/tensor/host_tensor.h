// Plain tensors in host memory: what files hold and what crosses between backends.
#pragma once

#include <bit>
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
  /// out.size() values from element `first` on, converted as by to_floats().
  void read_floats(int64_t first, std::span<float> out) const;
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

/// Conversions of single values, to nearest and ties to even. Those that prepare weights are inline
/// and without branches, so that loops over them become vector code.
uint16_t float_to_half(float value);

inline float half_to_float(uint16_t bits) {
  const int32_t magnitude = int32_t(bits & 0x7FFFu) << 13;
  // Zero and subnormals: the fraction of a number between 2^-14 and 2^-13, less 2^-14; exact.
  const float small = std::bit_cast<float>(magnitude + (113 << 23)) - 0x1p-14f;
  const int32_t is_small = -int32_t(magnitude < (1 << 23));      // all ones or zero
  const int32_t is_special = -int32_t(magnitude >= (31 << 23));  // infinity, NaN
  const int32_t normal = magnitude + (112 << 23) + (is_special & (112 << 23));
  const int32_t value = (std::bit_cast<int32_t>(small) & is_small) | (normal & ~is_small);
  return std::bit_cast<float>(uint32_t(value) | uint32_t(bits & 0x8000u) << 16);
}

inline float bfloat16_to_float(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }

inline uint16_t float_to_bfloat16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t quiet = (bits >> 16) | 0x40u;  // of a NaN
  const uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  return uint16_t((bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded);
}

}  // namespace myna::tensor
