// The official symbol tables: v1 (322 symbols) and v2 (732), in the id order that the published
// weights were trained on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace myna::text {

enum class SymbolSet { kV1, kV2 };

/// False for punctuation, pauses, accent marks, padding and the unknown symbol.
bool is_spoken_symbol(std::string_view name);
/// Whether it is ARPAbet: a consonant, or a vowel with the stress 0, 1 or 2.
bool is_english_symbol(std::string_view name);

/// Symbol names in id order.
const std::vector<std::string>& symbol_names(SymbolSet set);

/// Name -> id lookups of one table. Immutable, shared by threads.
class SymbolTable {
 public:
  static const SymbolTable& of(SymbolSet set);

  bool contains(std::string_view name) const { return ids_.count(std::string(name)) != 0; }
  /// Id of `name`, or of "UNK" when the table has no such symbol.
  int32_t id(std::string_view name) const;
  /// is_spoken_symbol of the symbol with this id; false for ids outside the table.
  bool spoken(int32_t id) const;
  /// is_english_symbol of the symbol with this id; false for ids outside the table.
  bool english(int32_t id) const;
  /// The spoken ones among `ids`, in order.
  std::vector<int32_t> spoken_only(std::span<const int32_t> ids) const;
  size_t size() const { return ids_.size(); }

 private:
  explicit SymbolTable(SymbolSet set);
  std::unordered_map<std::string, int32_t> ids_;
  std::vector<bool> spoken_, english_;
  int32_t unknown_ = 0;
};

}  // namespace myna::text
