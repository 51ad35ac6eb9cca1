#include "tensor/byte_reader.h"

#include <algorithm>

#include "base/error.h"
#include "base/json.h"

namespace myna::tensor {

ByteReader::ByteReader(std::span<const std::byte> bytes, std::string format, std::string subject,
                       uint64_t base)
    : bytes_(bytes), format_(std::move(format)), subject_(std::move(subject)), base_(base) {}

void ByteReader::seek(uint64_t at) {
  if (at > bytes_.size()) fail("it points to byte " + std::to_string(at) + ", beyond the end");
  at_ = size_t(at);
}

std::span<const std::byte> ByteReader::take(uint64_t count) {
  if (count > left()) {
    fail("it ends where " + std::to_string(count) + " more bytes are wanted and " +
         std::to_string(left()) + " are there");
  }
  const auto taken = bytes_.subspan(at_, size_t(count));
  at_ += size_t(count);
  return taken;
}

std::string_view ByteReader::text(uint64_t count) {
  const auto taken = take(count);
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::string_view ByteReader::line(size_t limit) {
  const auto rest = bytes_.subspan(at_, std::min(left(), limit + 1));
  const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
  if (end == rest.end()) fail("a line does not end");
  const std::string_view found = text(uint64_t(end - rest.begin()));
  skip(1);
  return found;
}

uint64_t ByteReader::little(size_t count) {
  const auto taken = take(count);
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | uint64_t(taken[i]);
  return value;
}

void ByteReader::fail_at(uint64_t at, const std::string& what) const {
  throw Error(ErrorCode::kInvalidModel,
              "not a usable " + format_ + ": " + what + " (byte " + std::to_string(base_ + at) +
                  "); get the file again from a source that you trust",
              subject_);
}

std::string shown(std::string_view text) {
  const std::string head =
      text.size() > 80 ? std::string(text.substr(0, 80)) + "..." : std::string(text);
  return Json(head).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace myna::tensor
