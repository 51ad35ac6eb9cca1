#include "text/en/phones.h"

namespace myna::text::en {

Phones stored_phones(std::string_view value, const std::vector<std::string>& names, size_t which) {
  Phones out;
  for (const char byte : value) {
    const auto id = static_cast<unsigned char>(byte);
    if (id == 0xFF) {
      if (which-- == 0) break;
    } else if (which == 0 && id < names.size()) {
      out.push_back(names[id]);
    }
  }
  return out;
}

}  // namespace myna::text::en
