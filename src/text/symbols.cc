#include "text/symbols.h"

namespace myna::text {

SymbolTable::SymbolTable(SymbolSet set) {
  int32_t next = 0;
  for (const std::string& name : symbol_names(set)) ids_.emplace(name, next++);
  unknown_ = ids_.at("UNK");
}

const SymbolTable& SymbolTable::of(SymbolSet set) {
  static const SymbolTable v1(SymbolSet::kV1), v2(SymbolSet::kV2);
  return set == SymbolSet::kV1 ? v1 : v2;
}

int32_t SymbolTable::id(std::string_view name) const {
  auto found = ids_.find(std::string(name));
  return found == ids_.end() ? unknown_ : found->second;
}

}  // namespace myna::text
