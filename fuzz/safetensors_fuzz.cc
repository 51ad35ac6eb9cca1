// Any bytes are either parsed or refused with Error(kInvalidModel); accepted tensors are readable.
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "tensor/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<const std::vector<uint8_t>>(data, data + size);
  std::map<std::string, myna::tensor::HostTensor> tensors;
  std::map<std::string, std::string> metadata;
  try {
    myna::tensor::parse_safetensors(std::as_bytes(std::span(*owner)), owner, "fuzz", tensors,
                                    metadata);
  } catch (const myna::Error& error) {
    if (error.code() != myna::ErrorCode::kInvalidModel) std::abort();
    return 0;
  }
  for (const auto& [name, tensor] : tensors) {
    if (tensor.to_floats().size() != size_t(tensor.count())) std::abort();
  }
  return 0;
}
