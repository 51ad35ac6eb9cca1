#include "text/script.h"

namespace myna::text {

std::string Sentence::text() const {
  std::string out;
  for (const Span& span : spans) out += span.text;
  return out;
}

}  // namespace myna::text
