#include "text/replacement.h"

namespace myna::text {

std::u16string expand(const std::u16string& replacement, const Match& match) {
  std::u16string out;
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] == u'$') {
      out += match.group(replacement[++i] - u'0');
    } else {
      out += replacement[i];
    }
  }
  return out;
}

}  // namespace myna::text
