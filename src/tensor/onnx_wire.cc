#include "tensor/onnx_wire.h"

#include "tensor/onnx_fields.h"

namespace myna::tensor::onnx {

uint64_t read_varint(ByteReader& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = in.u8();
    if (shift == 63 && byte > 1) break;
    value |= uint64_t(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  in.fail("a number is too long");
}

Field next_field(ByteReader& in) {
  const uint64_t key = read_varint(in);
  Field field;
  field.number = uint32_t(key >> 3);
  field.wire = uint32_t(key & 7);
  if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF) in.fail("a field has an impossible number");
  if (field.wire == kVarint) {
    field.value = read_varint(in);
  } else if (field.wire == kFixed64) {
    field.value = in.u64();
  } else if (field.wire == kFixed32) {
    field.value = in.u32();
  } else if (field.wire == kBytes) {
    const uint64_t size = read_varint(in);
    field.at = in.at();
    field.bytes = in.take(size);
  } else {
    in.fail("a field has the unknown wire type " + std::to_string(field.wire));
  }
  return field;
}

}  // namespace myna::tensor::onnx
