#include "tensor/host_tensor.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"

namespace myna::tensor {
namespace {

struct DTypeInfo {
  DType dtype;
  std::string_view name;
  size_t size;
};

constexpr DTypeInfo kDTypes[] = {{DType::kF32, "F32", 4},   {DType::kF16, "F16", 2},
                                 {DType::kBF16, "BF16", 2}, {DType::kI64, "I64", 8},
                                 {DType::kI32, "I32", 4},   {DType::kI8, "I8", 1},
                                 {DType::kU8, "U8", 1},     {DType::kF64, "F64", 8},
                                 {DType::kI16, "I16", 2},   {DType::kBool, "BOOL", 1}};

const DTypeInfo& info(DType dtype) {
  for (const DTypeInfo& entry : kDTypes) {
    if (entry.dtype == dtype) return entry;
  }
  throw Error(ErrorCode::kInternal, "unknown tensor dtype");
}

/// Calls visit(i, value) for every element, read without any alignment requirement.
template <typename T, typename Visit>
void for_each(std::span<const std::byte> bytes, Visit visit) {
  const size_t n = bytes.size() / sizeof(T);
  for (size_t i = 0; i < n; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    visit(i, value);
  }
}

template <typename Out>
void convert(DType dtype, std::span<const std::byte> bytes, Out* out) {
  const auto store = [out](size_t i, auto value) { out[i] = Out(value); };
  switch (dtype) {
    case DType::kF32:
      return for_each<float>(bytes, store);
    case DType::kF16:
      return for_each<uint16_t>(
          bytes, [out](size_t i, uint16_t bits) { out[i] = Out(half_to_float(bits)); });
    case DType::kBF16:
      return for_each<uint16_t>(
          bytes, [out](size_t i, uint16_t bits) { out[i] = Out(bfloat16_to_float(bits)); });
    case DType::kF64:
      return for_each<double>(bytes, store);
    case DType::kI64:
      return for_each<int64_t>(bytes, store);
    case DType::kI32:
      return for_each<int32_t>(bytes, store);
    case DType::kI16:
      return for_each<int16_t>(bytes, store);
    case DType::kI8:
      return for_each<int8_t>(bytes, store);
    case DType::kU8:
      return for_each<uint8_t>(bytes, store);
    case DType::kBool:
      return for_each<uint8_t>(bytes, [out](size_t i, uint8_t b) { out[i] = Out(b != 0); });
  }
}

/// A tensor that owns `values`.
template <typename T>
HostTensor own(DType dtype, Shape shape, std::vector<T> values) {
  auto owner = std::make_shared<const std::vector<T>>(std::move(values));
  static constexpr std::byte kNothing{};
  const auto* data = owner->empty() ? &kNothing : reinterpret_cast<const std::byte*>(owner->data());
  return HostTensor(dtype, std::move(shape), {data, owner->size() * sizeof(T)}, owner);
}

bool is_floating(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBF16 ||
         dtype == DType::kF64;
}

}  // namespace

size_t dtype_size(DType dtype) { return info(dtype).size; }
std::string_view dtype_name(DType dtype) { return info(dtype).name; }

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  bool zero = false;
  for (const int64_t dim : shape) {
    if (dim < 0) {
      throw Error(ErrorCode::kInvalidModel,
                  "a tensor shape has the negative dimension " + std::to_string(dim));
    }
    if (dim == 0) {
      zero = true;
      continue;
    }
    if (count > std::numeric_limits<int64_t>::max() / dim) {
      throw Error(ErrorCode::kInvalidModel, "a tensor shape has too many elements to address");
    }
    count *= dim;
  }
  return zero ? 0 : count;
}

std::string shape_string(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

HostTensor::HostTensor(DType dtype, Shape shape, std::span<const std::byte> bytes,
                       std::shared_ptr<const void> owner)
    : dtype_(dtype), shape_(std::move(shape)), bytes_(bytes), owner_(std::move(owner)) {
  const auto count = uint64_t(element_count(shape_));
  const uint64_t size = dtype_size(dtype_);
  if (bytes_.size() % size != 0 || bytes_.size() / size != count) {
    throw Error(ErrorCode::kInternal, "a host tensor of " + std::to_string(count) +
                                          " elements was given " + std::to_string(bytes_.size()) +
                                          " bytes");
  }
  if (bytes_.data() == nullptr) {
    static constexpr std::byte kNothing{};
    bytes_ = {&kNothing, size_t{0}};
  }
}

HostTensor HostTensor::from_floats(Shape shape, std::vector<float> values) {
  return own(DType::kF32, std::move(shape), std::move(values));
}

HostTensor HostTensor::from_ints(Shape shape, std::vector<int64_t> values) {
  return own(DType::kI64, std::move(shape), std::move(values));
}

HostTensor HostTensor::zeros(Shape shape) {
  std::vector<float> values(size_t(element_count(shape)), 0.0f);
  return from_floats(std::move(shape), std::move(values));
}

int64_t HostTensor::dim(int axis) const {
  const int rank = int(shape_.size());
  const int index = axis < 0 ? axis + rank : axis;
  if (index < 0 || index >= rank) {
    throw Error(ErrorCode::kInternal, "axis " + std::to_string(axis) +
                                          " asked of a tensor of shape " + shape_string(shape_));
  }
  return shape_[size_t(index)];
}

int64_t HostTensor::count() const { return empty() ? 0 : element_count(shape_); }

std::span<const float> HostTensor::f32() const {
  if (dtype_ != DType::kF32) {
    throw Error(ErrorCode::kInternal,
                "an F32 view was asked of a tensor of " + std::string(dtype_name(dtype_)));
  }
  return {reinterpret_cast<const float*>(bytes_.data()), bytes_.size() / sizeof(float)};
}

std::span<const int64_t> HostTensor::i64() const {
  if (dtype_ != DType::kI64) {
    throw Error(ErrorCode::kInternal,
                "an I64 view was asked of a tensor of " + std::string(dtype_name(dtype_)));
  }
  return {reinterpret_cast<const int64_t*>(bytes_.data()), bytes_.size() / sizeof(int64_t)};
}

std::vector<float> HostTensor::to_floats() const {
  std::vector<float> out(static_cast<size_t>(count()));
  read_floats(0, out);
  return out;
}

void HostTensor::read_floats(int64_t first, std::span<float> out) const {
  const size_t size = dtype_size(dtype_), begin = size_t(first) * size;
  if (first < 0 || begin + out.size() * size > bytes_.size()) {
    throw Error(ErrorCode::kInternal, "values outside a tensor of shape " + shape_string(shape_));
  }
  convert(dtype_, bytes_.subspan(begin, out.size() * size), out.data());
}

std::vector<int64_t> HostTensor::to_ints() const {
  if (is_floating(dtype_)) {
    throw Error(ErrorCode::kInternal,
                "integers were asked of a tensor of " + std::string(dtype_name(dtype_)));
  }
  std::vector<int64_t> out(static_cast<size_t>(count()));
  convert(dtype_, bytes_, out.data());
  return out;
}

HostTensor HostTensor::cast(DType dtype) const {
  if (empty() || dtype == dtype_) return *this;
  if (dtype == DType::kF32) return from_floats(shape_, to_floats());
  if (dtype != DType::kF16 && dtype != DType::kBF16) {
    throw Error(ErrorCode::kInternal,
                "casting a tensor to " + std::string(dtype_name(dtype)) + " is not defined");
  }
  const std::vector<float> values = to_floats();
  std::vector<uint16_t> bits(values.size());
  std::transform(values.begin(), values.end(), bits.begin(),
                 dtype == DType::kF16 ? float_to_half : float_to_bfloat16);
  return own(dtype, shape_, std::move(bits));
}

HostTensor HostTensor::reshaped(Shape shape) const {
  if (element_count(shape) != count()) {
    throw Error(ErrorCode::kInternal, "cannot view a tensor of shape " + shape_string(shape_) +
                                          " as " + shape_string(shape));
  }
  HostTensor view = *this;
  view.shape_ = std::move(shape);
  return view;
}

uint16_t float_to_half(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = uint16_t((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {  // NaN: keep the payload's top bits, stay quiet and not infinite
    return uint16_t(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  }
  if (magnitude >= 0x477FF000u) return uint16_t(sign | 0x7C00u);  // rounds to 2^16 or beyond
  if (magnitude >= 0x38800000u) {                                 // normal in half precision
    const uint32_t rounded = magnitude + 0xFFFu + ((magnitude >> 13) & 1u);
    return uint16_t(sign | ((rounded - (112u << 23)) >> 13));
  }
  // Subnormal: count of 2^-24 steps; nearbyint rounds halves to even.
  const float steps = std::bit_cast<float>(magnitude) * 0x1p24f;
  return uint16_t(sign | uint32_t(std::nearbyint(steps)));
}

}  // namespace myna::tensor
