// The protobuf wire format (protobuf encoding, "Message structure") as far as ONNX files need it:
// one field after the other, every size checked against the bytes that are there.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tensor/byte_reader.h"

namespace myna::tensor::onnx {

/// One field of a message: its number and its content, wherever that lies.
struct Field {
  uint32_t number = 0, wire = 0;
  uint64_t value = 0;                ///< of varints and fixed numbers
  std::span<const std::byte> bytes;  ///< of length-delimited fields
  uint64_t at = 0;                   ///< place of the content in the message

  std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

/// Throws as ByteReader::fail for numbers longer than 64 bits.
uint64_t read_varint(ByteReader& in);
/// Throws as ByteReader::fail for what is no field or goes beyond the end.
Field next_field(ByteReader& in);

}  // namespace myna::tensor::onnx
