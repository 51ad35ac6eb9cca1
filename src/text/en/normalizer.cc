#include "text/en/normalizer.h"

#include "text/unicode.h"

namespace myna::text::en {

std::string Normalizer::normalize(const std::string& text) const {
  std::u32string folded;
  for (const char32_t c : decode_utf8(text)) folded.push_back(rules_.fold(c));
  return to_utf8(rules_.rules.apply(to_utf16(folded)));
}

}  // namespace myna::text::en
