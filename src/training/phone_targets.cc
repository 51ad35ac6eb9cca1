#include "training/phone_targets.h"

#include <set>
#include <string_view>

#include "text/symbols.h"

namespace myna::training {

bool is_spoken_phone(int32_t id) {
  static const std::set<int32_t> silent = [] {
    const auto& table = text::SymbolTable::of(text::SymbolSet::kV2);
    std::set<int32_t> out;
    for (const std::string_view name :
         {"!", ",", "-", ".", "?", "…", "SP", "SP2", "SP3", "UNK", "_"})
      if (table.contains(name)) out.insert(table.id(name));
    return out;
  }();
  return !silent.contains(id);
}

int32_t pause_phone() {
  static const int32_t id = text::SymbolTable::of(text::SymbolSet::kV2).id(".");
  return id;
}

std::vector<int32_t> spoken_phones(std::span<const int32_t> ids) {
  std::vector<int32_t> out;
  for (const int32_t id : ids)
    if (is_spoken_phone(id)) out.push_back(id);
  return out;
}

}  // namespace myna::training
