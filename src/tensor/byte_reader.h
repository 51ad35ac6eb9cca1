// A cursor over the bytes of a file that a stranger may have written: every read is checked against
// the end, and every refusal names the file, the place and what was being read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace myna::tensor {

class ByteReader {
 public:
  /// `format`: what the bytes should be, for errors ("a torch checkpoint"). `subject`: the file.
  /// `base`: place of bytes[0] in the file, so that errors name file offsets.
  ByteReader(std::span<const std::byte> bytes, std::string format, std::string subject,
             uint64_t base = 0);

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }
  void seek(uint64_t at);  ///< refuses a place beyond the end
  void skip(uint64_t count) { take(count); }

  std::span<const std::byte> take(uint64_t count);
  std::string_view text(uint64_t count);  ///< `count` bytes, unchecked encoding
  /// Up to the next newline, which is consumed; refuses lines beyond `limit` bytes.
  std::string_view line(size_t limit);
  uint8_t u8() { return uint8_t(little(1)); }
  uint16_t u16() { return uint16_t(little(2)); }
  uint32_t u32() { return uint32_t(little(4)); }
  uint64_t u64() { return little(8); }

  /// Throws Error(kInvalidModel): "not a usable FORMAT: WHAT (byte N); get the file again ...".
  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }
  [[noreturn]] void fail_at(uint64_t at, const std::string& what) const;

  const std::string& format() const { return format_; }
  const std::string& subject() const { return subject_; }

 private:
  uint64_t little(size_t count);

  std::span<const std::byte> bytes_;
  size_t at_ = 0;
  std::string format_, subject_;
  uint64_t base_;
};

/// A stranger's text as shown in errors: quoted, shortened, escaped to ASCII.
std::string shown(std::string_view text);

}  // namespace myna::tensor
