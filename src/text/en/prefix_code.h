// Canonical Huffman codes: shorter codes first, those of one length in the order of their symbols.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace myna::text::en {

/// Reads bits, the highest of each byte first.
class BitReader {
 public:
  explicit BitReader(std::string_view data) : data_(data) {}
  bool at_end() const { return at_ >= data_.size() * 8; }
  /// Not at the end.
  uint32_t bit() {
    const uint32_t byte = static_cast<unsigned char>(data_[at_ / 8]);
    return (byte >> (7 - at_++ % 8)) & 1;
  }

 private:
  std::string_view data_;
  size_t at_ = 0;
};

/// Immutable after construction.
class PrefixCode {
 public:
  /// Bits of each symbol's code, a byte for each symbol; 0: it has none.
  explicit PrefixCode(std::string_view lengths);
  /// The next symbol; nothing when the bits end or are no code.
  std::optional<size_t> read(BitReader* bits) const;

 private:
  struct Length {
    uint32_t first_code = 0, first_symbol = 0, count = 0;
  };
  std::vector<Length> lengths_;  ///< by bits
  std::vector<size_t> symbols_;  ///< in the order of their codes
};

}  // namespace myna::text::en
