// The weights of an ONNX model: GraphProto.initializer, read straight from the protobuf wire format
// (onnx.proto3; protobuf encoding). Nothing else of the model is interpreted, and nothing runs.
// Raw data that is aligned is a view of the mapped file. Weights kept in other files are refused.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "tensor/host_tensor.h"

namespace myna::tensor {

/// Initialisers by name. Throws Error(kNotFound | kIo | kInvalidModel) naming the file and the
/// place, Error(kUnsupported) for external data and for element types without a DType.
std::map<std::string, HostTensor> read_onnx_initializers(const std::filesystem::path& path);

/// The same from bytes held by `owner`.
std::map<std::string, HostTensor> parse_onnx_initializers(std::span<const std::byte> bytes,
                                                          std::shared_ptr<const void> owner,
                                                          const std::string& subject);

/// Whether the bytes begin as a ModelProto: its version, then a field of one.
bool looks_like_onnx(std::span<const std::byte> bytes);

}  // namespace myna::tensor
