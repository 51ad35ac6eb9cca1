#include "tensor/onnx_file.h"

#include <bit>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "tensor/byte_reader.h"
#include "tensor/onnx_fields.h"
#include "tensor/onnx_wire.h"

namespace myna::tensor {
namespace {

using namespace onnx;  // field numbers and fields

constexpr const char* kFormat = "ONNX model";
constexpr size_t kMostDimensions = 16;
// A name takes more memory than its bytes in the file. Large published graphs have 50,000 nodes.
constexpr size_t kMostNodes = 200'000, kMostNames = 2'000'000;

std::optional<DType> dtype_of(uint64_t onnx) {
  switch (onnx) {  // TensorProto.DataType
    case 1:
      return DType::kF32;
    case 2:
      return DType::kU8;
    case 3:
      return DType::kI8;
    case 5:
      return DType::kI16;
    case 6:
      return DType::kI32;
    case 7:
      return DType::kI64;
    case 9:
      return DType::kBool;
    case 10:
      return DType::kF16;
    case 11:
      return DType::kF64;
    case 16:
      return DType::kBF16;
    default:
      return std::nullopt;
  }
}

/// What is known of one TensorProto while its fields are read.
struct Initializer {
  std::string name;
  Shape shape;
  uint64_t type = 0;
  std::optional<std::span<const std::byte>> raw;
  std::string listed;  ///< elements from the typed lists, as the dtype's bytes
  bool has_list = false;
};

/// Adds the elements of a typed list, packed or single, to `listed` as bytes of `dtype`.
void add_elements(Initializer& tensor, const Field& field, DType dtype, const ByteReader& in) {
  tensor.has_list = true;
  ByteReader packed(field.bytes, kFormat, in.subject());
  const bool numbers = field.number == kFloatData || field.number == kDoubleData;
  const size_t fixed = field.number == kFloatData ? 4 : 8;
  do {
    uint64_t value = field.value;
    if (field.wire == kBytes) {
      if (packed.left() == 0) return;
      value = !numbers ? read_varint(packed) : fixed == 4 ? packed.u32() : packed.u64();
    }
    tensor.listed.append(reinterpret_cast<const char*>(&value), dtype_size(dtype));
  } while (field.wire == kBytes);
}

/// Whether elements of `dtype` may come in the typed list `number`.
bool fits_list(DType dtype, uint32_t number) {
  switch (dtype) {
    case DType::kF32:
      return number == kFloatData;
    case DType::kF64:
      return number == kDoubleData;
    case DType::kI64:
      return number == kInt64Data;
    default:
      return number == kInt32Data;
  }
}

void add_dimensions(Initializer& tensor, const Field& field, const ByteReader& in) {
  ByteReader packed(field.bytes, kFormat, in.subject());
  const auto add = [&](uint64_t size) {
    if (tensor.shape.size() == kMostDimensions) in.fail("a tensor has too many dimensions");
    tensor.shape.push_back(std::bit_cast<int64_t>(size));
  };
  if (field.wire != kBytes) return add(field.value);
  while (packed.left() > 0) add(read_varint(packed));
}

[[noreturn]] void refuse_external(const std::string& name, const std::string& subject) {
  throw Error(
      ErrorCode::kUnsupported,
      "tensor " + shown(name) + " is kept in another file; save the model with its weights inside",
      subject);
}

Initializer read_initializer(ByteReader& in) {
  Initializer tensor;
  std::vector<Field> lists;
  bool external = false;
  while (in.left() > 0) {
    const Field field = next_field(in);
    switch (field.number) {
      case kDims:
        add_dimensions(tensor, field, in);
        break;
      case kDataType:
        tensor.type = field.value;
        break;
      case kName:
        tensor.name = field.text();
        break;
      case kRawData:
        tensor.raw = field.bytes;
        break;
      case kFloatData:
      case kInt32Data:
      case kInt64Data:
      case kDoubleData:
        lists.push_back(field);
        break;
      case kExternalData:
        external = true;
        break;
      case kDataLocation:
        external = external || field.value != 0;
        break;
      case kSegment:
      case kUint64Data:
        in.fail("a tensor is stored in a way that weights never are");
      default:
        break;
    }
  }
  if (external) refuse_external(tensor.name, in.subject());
  const auto dtype = dtype_of(tensor.type);
  for (const Field& list : lists) {
    if (!dtype || !fits_list(*dtype, list.number)) {
      in.fail("tensor " + shown(tensor.name) + " has elements of another type than it says");
    }
    add_elements(tensor, list, *dtype, in);
  }
  return tensor;
}

HostTensor to_host(Initializer&& tensor, const std::shared_ptr<const void>& owner,
                   const ByteReader& in) {
  const auto dtype = dtype_of(tensor.type);
  if (!dtype) {
    throw Error(ErrorCode::kUnsupported,
                "tensor " + shown(tensor.name) + " has element type " +
                    std::to_string(tensor.type) + ", which is not a plain number",
                in.subject());
  }
  uint64_t count = 0;
  try {
    count = uint64_t(element_count(tensor.shape));
  } catch (const Error& error) {
    in.fail("tensor " + shown(tensor.name) + ": " + error.message());
  }
  const size_t size = dtype_size(*dtype);
  const uint64_t bytes = tensor.raw ? tensor.raw->size() : tensor.listed.size();
  if ((tensor.raw && tensor.has_list) || bytes % size != 0 || bytes / size != count) {
    in.fail("tensor " + shown(tensor.name) + " of shape " + shape_string(tensor.shape) +
            " does not have the size of its data, " + std::to_string(bytes) + " bytes");
  }
  if (tensor.raw && reinterpret_cast<uintptr_t>(tensor.raw->data()) % size == 0) {
    return HostTensor(*dtype, std::move(tensor.shape), *tensor.raw, owner);
  }
  auto copy = std::make_shared<std::vector<uint64_t>>((bytes + 7) / 8);
  const void* source = tensor.raw ? static_cast<const void*>(tensor.raw->data())
                                  : static_cast<const void*>(tensor.listed.data());
  if (bytes > 0) std::memcpy(copy->data(), source, bytes);
  return HostTensor(*dtype, std::move(tensor.shape),
                    {reinterpret_cast<const std::byte*>(copy->data()), size_t(bytes)}, copy);
}

/// The number of a node's attribute, where it is one.
void read_attribute(ByteReader& in, const std::shared_ptr<const void>& owner,
                    OnnxOperation& operation) {
  std::string name;
  std::optional<OnnxOperation::Number> number;
  while (in.left() > 0) {
    const Field field = next_field(in);
    if (field.number == kAttributeName) {
      name = field.text();
    } else if (field.number == kAttributeFloat && field.wire == kFixed32) {
      number = std::bit_cast<float>(uint32_t(field.value));
    } else if (field.number == kAttributeInt && field.wire == kVarint) {
      number = std::bit_cast<int64_t>(field.value);
    } else if (field.number == kAttributeTensor && field.wire == kBytes) {
      ByteReader message(field.bytes, kFormat, in.subject(), field.at);
      Initializer tensor = read_initializer(message);
      if (dtype_of(tensor.type)) number = to_host(std::move(tensor), owner, message);
    }
  }
  if (number) operation.numbers[name] = std::move(*number);
}

OnnxOperation read_node(ByteReader& in, const std::shared_ptr<const void>& owner, size_t& names) {
  OnnxOperation operation;
  while (in.left() > 0) {
    const Field field = next_field(in);
    if (field.number == kNodeInput || field.number == kNodeOutput) {
      if (++names > kMostNames) in.fail("its graph is too large");
      (field.number == kNodeInput ? operation.inputs : operation.outputs).push_back(field.text());
    } else if (field.number == kNodeType) {
      operation.type = field.text();
    } else if (field.number == kNodeAttribute && field.wire == kBytes) {
      if (++names > kMostNames) in.fail("its graph is too large");
      ByteReader message(field.bytes, kFormat, in.subject(), field.at);
      read_attribute(message, owner, operation);
    }
  }
  return operation;
}

void read_graph(ByteReader& in, const std::shared_ptr<const void>& owner, OnnxModel& model) {
  size_t names = 0;
  while (in.left() > 0) {
    const Field field = next_field(in);
    if (field.number == kGraphSparseInitializer) {
      throw Error(ErrorCode::kUnsupported, "it holds sparse weights, which are not read",
                  in.subject());
    }
    if (field.wire != kBytes) continue;
    ByteReader message(field.bytes, kFormat, in.subject(), field.at);
    if (field.number == kGraphInitializer) {
      Initializer tensor = read_initializer(message);
      const std::string name = tensor.name;
      if (model.initializers.contains(name)) in.fail("two tensors are called " + shown(name));
      model.initializers.emplace(name, to_host(std::move(tensor), owner, message));
    } else if (field.number == kGraphNode) {
      if (model.operations.size() == kMostNodes) in.fail("its graph is too large");
      model.operations.push_back(read_node(message, owner, names));
    }
  }
}

}  // namespace

bool looks_like_onnx(std::span<const std::byte> bytes) {
  // ir_version, field 1, is written first and below 100; the second field is one of ModelProto.
  if (bytes.size() < 4 || bytes[0] != std::byte{0x08} || bytes[1] > std::byte{100}) return false;
  const auto second = uint8_t(bytes[2]);
  return (second >> 3) >= 2 && (second >> 3) <= 8 && ((second & 7) == 2 || (second & 7) == 0);
}

OnnxModel parse_onnx_model(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                           const std::string& subject) {
  ByteReader in(bytes, kFormat, subject);
  OnnxModel model;
  bool has_version = false, has_graph = false;
  while (in.left() > 0) {
    const Field field = next_field(in);
    if (field.number == kModelVersion && field.wire == kVarint) has_version = true;
    if (field.number != kModelGraph || field.wire != kBytes) continue;
    if (has_graph) in.fail("it has two graphs");
    has_graph = true;
    ByteReader graph(field.bytes, kFormat, subject, field.at);
    read_graph(graph, owner, model);
  }
  if (!has_version || !has_graph) in.fail("it has no version or no graph");
  return model;
}

OnnxModel read_onnx_model(const std::filesystem::path& path) {
  auto mapping = std::make_shared<const MappedFile>(path);
  return parse_onnx_model(std::as_bytes(mapping->bytes()), mapping, path.string());
}

}  // namespace myna::tensor
