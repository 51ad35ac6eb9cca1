// What the recorder's tensors are: operations that have not been carried out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compute/tensor.h"
#include "tensor/onnx_writer.h"

namespace myna::compute::onnx {

/// Throws Error(kInternal) about operation `op`.
[[noreturn]] void shape_error(const char* op, const std::string& what);

struct RecordedTensor;
using RecordedPtr = std::shared_ptr<const RecordedTensor>;

/// One operation and its result, or a constant, or an input of the graph. Sizes may be symbolic.
struct RecordedTensor final : TensorData {
  enum class Kind { kOperation, kConstant, kInput };
  RecordedTensor(Shape s, Element e) : TensorData(std::move(s), e) {}

  Kind kind = Kind::kOperation;
  uint64_t serial = 0;              ///< order of recording: what an operation reads has a lower one
  std::string type;                 ///< of an operation, as ONNX calls it
  std::string name;                 ///< of an input; of a constant that is a named parameter
  std::vector<RecordedPtr> inputs;  ///< null: left out
  std::vector<tensor::OnnxAttribute> attributes;
  HostTensor value;  ///< of a constant, F32 or I64
};

}  // namespace myna::compute::onnx
