#include "tensor/onnx_writer.h"

#include <bit>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "tensor/onnx_fields.h"

namespace myna::tensor {
namespace {

using namespace onnx;  // the field numbers

/// The bytes of a protobuf message in the making.
class Message {
 public:
  void number(uint32_t field, int64_t value) {
    varint(field << 3 | kVarint);
    varint(std::bit_cast<uint64_t>(value));
  }
  void real(uint32_t field, float value) {
    varint(field << 3 | kFixed32);
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += char(bits >> shift & 0xFF);
  }
  void text(uint32_t field, std::string_view value) {
    begin(field, value.size());
    bytes_ += value;
  }
  void message(uint32_t field, const Message& value) { text(field, value.bytes_); }
  /// Announces `size` bytes that follow.
  void begin(uint32_t field, uint64_t size) {
    varint(field << 3 | kBytes);
    varint(size);
  }
  void append(const Message& other) { bytes_ += other.bytes_; }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += char(value | 0x80);
    bytes_ += char(value);
  }
  std::string bytes_;
};

/// TensorProto.DataType
int64_t element_type(DType dtype) {
  if (dtype == DType::kF32) return 1;
  if (dtype == DType::kI64) return 7;
  throw Error(ErrorCode::kInternal, "ONNX graphs are written with F32 and I64 only",
              std::string(dtype_name(dtype)));
}

Message attribute_message(const OnnxAttribute& attribute) {
  Message message;
  message.text(kAttributeName, attribute.name);
  int64_t type = 0;  // AttributeProto.AttributeType
  if (const auto* real = std::get_if<float>(&attribute.value)) {
    message.real(kAttributeFloat, *real);
    type = 1;
  } else if (const auto* number = std::get_if<int64_t>(&attribute.value)) {
    message.number(kAttributeInt, *number);
    type = 2;
  } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    message.text(kAttributeText, *text);
    type = 3;
  } else {
    for (const int64_t one : std::get<std::vector<int64_t>>(attribute.value)) {
      message.number(kAttributeInts, one);
    }
    type = 7;
  }
  message.number(kAttributeType, type);
  return message;
}

Message node_message(const OnnxNode& node) {
  Message message;
  for (const std::string& input : node.inputs) message.text(kNodeInput, input);
  message.text(kNodeOutput, node.output);
  message.text(kNodeName, node.output);
  message.text(kNodeType, node.type);
  for (const OnnxAttribute& attribute : node.attributes) {
    message.message(kNodeAttribute, attribute_message(attribute));
  }
  return message;
}

Message value_message(const OnnxValue& value) {
  Message shape;
  for (const OnnxSize& size : value.shape) {
    Message entry;
    if (const auto* number = std::get_if<int64_t>(&size)) {
      entry.number(kSizeValue, *number);
    } else {
      entry.text(kSizeSymbol, std::get<std::string>(size));
    }
    shape.message(kShapeSize, entry);
  }
  Message tensor, type, message;
  tensor.number(kTypeElement, element_type(value.dtype));
  tensor.message(kTypeShape, shape);
  type.message(kTypeTensor, tensor);
  message.text(kValueName, value.name);
  message.message(kValueType, type);
  return message;
}

/// Everything of the graph but its weights.
Message graph_message(const OnnxGraph& graph) {
  Message message;
  for (const OnnxNode& node : graph.nodes) message.message(kGraphNode, node_message(node));
  message.text(kGraphName, graph.name);
  message.text(kGraphDescription, graph.description);
  for (const OnnxValue& value : graph.inputs) message.message(kGraphInput, value_message(value));
  for (const OnnxValue& value : graph.outputs) message.message(kGraphOutput, value_message(value));
  return message;
}

/// An initializer up to its values, as a field of the graph.
Message weight_head(const std::string& name, const HostTensor& value) {
  Message head;
  for (const int64_t size : value.shape()) head.number(kDims, size);
  head.number(kDataType, element_type(value.dtype()));
  head.text(kName, name);
  head.begin(kRawData, value.bytes().size());
  Message field;
  field.begin(kGraphInitializer, head.bytes().size() + value.bytes().size());
  field.append(head);
  return field;
}

}  // namespace

void write_onnx(const std::filesystem::path& path, const OnnxGraph& graph) {
  Message model;
  model.number(kModelVersion, kOnnxVersion);
  model.text(kModelProducer, "myna");
  Message operators;
  operators.number(kOperatorsVersion, kOnnxOperators);
  model.message(kModelOperators, operators);
  for (const auto& [key, text] : graph.metadata) {
    Message entry;
    entry.text(kEntryKey, key);
    entry.text(kEntryText, text);
    model.message(kModelMetadata, entry);
  }
  const Message body = graph_message(graph);
  uint64_t size = body.bytes().size();
  std::vector<Message> heads;
  for (const auto& [name, value] : graph.initializers) {
    heads.push_back(weight_head(name, value));
    size += heads.back().bytes().size() + value.bytes().size();
  }
  if (size + model.bytes().size() + 16 > uint64_t(std::numeric_limits<int32_t>::max())) {
    throw Error(ErrorCode::kUnsupported,
                "the graph would be larger than the 2 GB that an ONNX file can hold",
                path.string());
  }
  model.begin(kModelGraph, size);

  AtomicFile file(path);
  file.write(model.bytes());
  file.write(body.bytes());
  for (size_t i = 0; i < heads.size(); ++i) {
    const auto bytes = graph.initializers[i].second.bytes();
    file.write(heads[i].bytes());
    file.write(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  }
  file.commit();
}

}  // namespace myna::tensor
