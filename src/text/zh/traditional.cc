#include "text/zh/traditional.h"

#include <opencc/opencc.h>

#include <memory>

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text::zh {

Traditional::Traditional() : converter_(opencc_open("s2tw.json")) {
  if (converter_ != reinterpret_cast<opencc_t>(-1)) return;
  throw Error(ErrorCode::kNotFound,
              std::string("the dictionaries for traditional characters cannot be opened (") +
                  opencc_error() + "); install OpenCC with its data (libopencc-data)",
              "s2tw.json");
}

Traditional::~Traditional() { opencc_close(converter_); }

std::u32string Traditional::convert(std::u32string_view simplified) const {
  const std::string text = encode_utf8(std::u32string(simplified));
  const std::unique_ptr<char, decltype(&opencc_convert_utf8_free)> converted(
      opencc_convert_utf8(converter_, text.data(), text.size()), opencc_convert_utf8_free);
  if (converted == nullptr) return std::u32string(simplified);
  std::u32string out = decode_utf8(std::string(converted.get()));
  return out.size() == simplified.size() ? out : std::u32string(simplified);
}

}  // namespace myna::text::zh
