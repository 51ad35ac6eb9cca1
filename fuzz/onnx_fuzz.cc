// Any bytes are either read, as a graph and as g2pW, or refused with Error(kInvalidModel |
// kUnsupported).
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "models/g2pw_graph.h"
#include "tensor/onnx_file.h"

namespace {

void check(const myna::tensor::HostTensor& tensor) {
  if (tensor.to_floats().size() != size_t(tensor.count())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<const std::vector<uint8_t>>(data, data + size);
  try {
    const auto model =
        myna::tensor::parse_onnx_model(std::as_bytes(std::span(*owner)), owner, "fuzz");
    for (const auto& [name, tensor] : model.initializers) check(tensor);
    for (const auto& operation : model.operations) {
      for (const auto& [name, number] : operation.numbers) {
        if (const auto* tensor = std::get_if<myna::tensor::HostTensor>(&number)) check(*tensor);
      }
    }
    myna::models::read_g2pw_graph(model, "fuzz");
  } catch (const myna::Error& error) {
    const bool expected = error.code() == myna::ErrorCode::kInvalidModel ||
                          error.code() == myna::ErrorCode::kUnsupported;
    if (!expected) std::abort();
  }
  return 0;
}
