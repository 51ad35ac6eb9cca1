// What an ONNX model is made of, read straight from the protobuf wire format (onnx.proto3): the
// weights (GraphProto.initializer) and what each node does with which values. Nothing runs, and
// graphs inside of attributes (loops, branches) are not looked into. Raw data that is aligned is a
// view of the mapped file. Weights kept in other files are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tensor/host_tensor.h"

namespace myna::tensor {

/// A node of a graph.
struct OnnxOperation {
  /// Of attributes, those that are a number or a tensor of numbers.
  using Number = std::variant<int64_t, float, HostTensor>;

  std::string type;                          ///< "MatMul", "Add", ...
  std::vector<std::string> inputs, outputs;  ///< names of values; an empty input is left out
  std::map<std::string, Number> numbers;     ///< by the attribute's name
};

struct OnnxModel {
  std::map<std::string, HostTensor> initializers;  ///< by name
  std::vector<OnnxOperation> operations;           ///< in the order of the file
};

/// Throws Error(kNotFound | kIo | kInvalidModel) naming the file and the place, Error(kUnsupported)
/// for external data and for initialisers of an element type without a DType.
OnnxModel read_onnx_model(const std::filesystem::path& path);

/// The same from bytes held by `owner`.
OnnxModel parse_onnx_model(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                           const std::string& subject);

/// Whether the bytes begin as a ModelProto: its version, then a field of one.
bool looks_like_onnx(std::span<const std::byte> bytes);

}  // namespace myna::tensor
