#include "text/en/prefix_code.h"

#include <algorithm>

namespace myna::text::en {

PrefixCode::PrefixCode(std::string_view lengths) {
  constexpr size_t kLongest = 31;
  size_t longest = 0;
  for (const char n : lengths) longest = std::max(longest, size_t(static_cast<unsigned char>(n)));
  lengths_.resize(std::min(longest, kLongest) + 1);
  uint32_t code = 0;
  for (size_t bits = 1; bits < lengths_.size(); ++bits) {
    code <<= 1;
    lengths_[bits].first_code = code;
    lengths_[bits].first_symbol = static_cast<uint32_t>(symbols_.size());
    for (size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (static_cast<unsigned char>(lengths[symbol]) == bits) symbols_.push_back(symbol);
    }
    lengths_[bits].count = static_cast<uint32_t>(symbols_.size()) - lengths_[bits].first_symbol;
    code += lengths_[bits].count;
  }
}

std::optional<size_t> PrefixCode::read(BitReader* bits) const {
  uint32_t code = 0;
  for (size_t n = 1; n < lengths_.size() && !bits->at_end(); ++n) {
    code = code << 1 | bits->bit();
    const Length& length = lengths_[n];
    if (code >= length.first_code && code - length.first_code < length.count)
      return symbols_[length.first_symbol + code - length.first_code];
  }
  return std::nullopt;
}

}  // namespace myna::text::en
