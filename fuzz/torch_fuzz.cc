// Any bytes are either read or refused with Error(kInvalidModel | kUnsupported); what was read can
// be looked at in full. Checksums are not compared, so that changed bytes reach the interpreter.
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "tensor/torch_file.h"

namespace {

using myna::tensor::PickleKind;
using myna::tensor::PickleValue;
using myna::tensor::TorchFile;

void look_at(const TorchFile& file, const PickleValue& value) {
  if (!value.is(PickleKind::kTensor)) return;
  const auto tensor = file.tensor(value);
  const size_t count = tensor.to_floats().size();
  if (count != size_t(tensor.count()) || tensor.dtype() != file.dtype(value)) std::abort();
}

void look_at_dict(const TorchFile& file, const PickleValue& dict) {
  if (!dict.is(PickleKind::kDict)) return;
  for (size_t i = 0; i < dict.size(); ++i) look_at(file, dict.value(i));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<const std::vector<uint8_t>>(data, data + size);
  try {
    const TorchFile file(std::as_bytes(std::span(*owner)), owner, "fuzz", {false});
    look_at(file, file.root());
    look_at_dict(file, file.root());
    look_at_dict(file, file.root().find("weight"));
    file.root().to_json("fuzz");
  } catch (const myna::Error& error) {
    const bool expected = error.code() == myna::ErrorCode::kInvalidModel ||
                          error.code() == myna::ErrorCode::kUnsupported;
    if (!expected) std::abort();
  }
  return 0;
}
