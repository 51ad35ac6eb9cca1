// Any bytes are either read or refused with Error(kInvalidModel | kUnsupported).
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "tensor/onnx_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<const std::vector<uint8_t>>(data, data + size);
  try {
    for (const auto& [name, tensor] :
         myna::tensor::parse_onnx_initializers(std::as_bytes(std::span(*owner)), owner, "fuzz")) {
      if (tensor.to_floats().size() != size_t(tensor.count())) std::abort();
    }
  } catch (const myna::Error& error) {
    const bool expected = error.code() == myna::ErrorCode::kInvalidModel ||
                          error.code() == myna::ErrorCode::kUnsupported;
    if (!expected) std::abort();
  }
  return 0;
}
