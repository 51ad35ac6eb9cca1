// An ONNX model as plain values, and writing it (onnx.proto3 in the protobuf wire format, which
// here is numbers, texts and lengths; no protobuf library is needed for it).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tensor/host_tensor.h"

namespace myna::tensor {

/// The operator set and file version that graphs are written for: any runtime since 2022.
inline constexpr int64_t kOnnxOperators = 17, kOnnxVersion = 8;

struct OnnxAttribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

/// One operation with one result. An empty input name: that input is left out.
struct OnnxNode {
  std::string type, output;
  std::vector<std::string> inputs;
  std::vector<OnnxAttribute> attributes;
};

/// A size of an input or output: a number, or a name for what differs from call to call.
using OnnxSize = std::variant<int64_t, std::string>;

struct OnnxValue {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<OnnxSize> shape;
};

struct OnnxGraph {
  std::string name, description;
  std::map<std::string, std::string> metadata;
  std::vector<OnnxNode> nodes;  ///< each after those it reads from
  std::vector<std::pair<std::string, HostTensor>> initializers;
  std::vector<OnnxValue> inputs, outputs;
};

/// Writes beside `path` and renames; weights go from their own storage to the file. Throws
/// Error(kIo) when that fails, Error(kUnsupported) for a model beyond the 2 GB that the format
/// allows, Error(kInternal) for an element type other than F32 and I64.
void write_onnx(const std::filesystem::path& path, const OnnxGraph& graph);

}  // namespace myna::tensor
