#include "text/symbols.h"

#include <algorithm>
#include <array>
#include <set>

namespace myna::text {

namespace {

constexpr std::array<std::string_view, 15> kVowels = {
    "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"};
constexpr std::array<std::string_view, 24> kConsonants = {
    "B",  "CH", "D", "DH", "F",  "G", "HH", "JH", "K", "L", "M", "N",
    "NG", "P",  "R", "S",  "SH", "T", "TH", "V",  "W", "Y", "Z", "ZH"};

bool is_vowel(std::string_view unit) {
  return unit.size() == 3 && unit[2] >= '0' && unit[2] <= '2' &&
         std::find(kVowels.begin(), kVowels.end(), unit.substr(0, 2)) != kVowels.end();
}

}  // namespace

bool is_english_symbol(std::string_view name) {
  return is_vowel(name) ||
         std::find(kConsonants.begin(), kConsonants.end(), name) != kConsonants.end();
}

bool is_spoken_symbol(std::string_view name) {
  static const std::set<std::string_view> kUnspoken = {
      "_", "!", "?", "…", ",", ".", "-", "SP", "SP2", "SP3", "UNK", "[", "]", "停", "空"};
  return !kUnspoken.contains(name);
}

SymbolTable::SymbolTable(SymbolSet set) {
  int32_t next = 0;
  for (const std::string& name : symbol_names(set)) {
    ids_.emplace(name, next++);
    spoken_.push_back(is_spoken_symbol(name));
    english_.push_back(is_english_symbol(name));
  }
  unknown_ = ids_.at("UNK");
}

const SymbolTable& SymbolTable::of(SymbolSet set) {
  static const SymbolTable v1(SymbolSet::kV1), v2(SymbolSet::kV2);
  return set == SymbolSet::kV1 ? v1 : v2;
}

bool SymbolTable::spoken(int32_t id) const {
  return id >= 0 && size_t(id) < spoken_.size() && spoken_[size_t(id)];
}

bool SymbolTable::english(int32_t id) const {
  return id >= 0 && size_t(id) < english_.size() && english_[size_t(id)];
}

std::vector<int32_t> SymbolTable::spoken_only(std::span<const int32_t> ids) const {
  std::vector<int32_t> out;
  for (const int32_t id : ids)
    if (spoken(id)) out.push_back(id);
  return out;
}

int32_t SymbolTable::id(std::string_view name) const {
  auto found = ids_.find(std::string(name));
  return found == ids_.end() ? unknown_ : found->second;
}

}  // namespace myna::text
