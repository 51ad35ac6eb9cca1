#include "text/en/homographs.h"

#include <algorithm>

#include "text/en/letters.h"

namespace myna::text::en {
namespace {

enum class Role { kNoun, kVerb };
enum class Kind {
  kStress,  ///< noun: first syllable, verb: a later one
  kAte,     ///< noun: ... AH0 T, verb: ... EY2 T
  kVoice,   ///< noun: ... S, verb: ... Z
};

struct Homograph {
  std::string_view word;
  Kind kind;
  bool adjective_as_verb = false;  ///< adjectives sound like nouns elsewhere
};

constexpr Homograph kHomographs[] = {
    {"abstract", Kind::kStress},      {"abuse", Kind::kVoice},
    {"accent", Kind::kStress},        {"addict", Kind::kStress},
    {"address", Kind::kStress},       {"advocate", Kind::kAte},
    {"aggregate", Kind::kAte},        {"ally", Kind::kStress},
    {"alternate", Kind::kAte},        {"animate", Kind::kAte},
    {"annex", Kind::kStress},         {"appropriate", Kind::kAte},
    {"approximate", Kind::kAte},      {"articulate", Kind::kAte},
    {"associate", Kind::kAte},        {"attribute", Kind::kStress},
    {"certificate", Kind::kAte},      {"close", Kind::kVoice},
    {"combat", Kind::kStress},        {"combine", Kind::kStress},
    {"compound", Kind::kStress},      {"compress", Kind::kStress},
    {"conduct", Kind::kStress},       {"confederate", Kind::kAte},
    {"conflict", Kind::kStress},      {"conscript", Kind::kStress},
    {"console", Kind::kStress},       {"construct", Kind::kStress},
    {"content", Kind::kStress, true}, {"contest", Kind::kStress},
    {"contract", Kind::kStress},      {"contrast", Kind::kStress},
    {"converse", Kind::kStress},      {"convert", Kind::kStress},
    {"convict", Kind::kStress},       {"coordinate", Kind::kAte},
    {"decrease", Kind::kStress},      {"defect", Kind::kStress},
    {"degenerate", Kind::kAte},       {"delegate", Kind::kAte},
    {"deliberate", Kind::kAte},       {"desert", Kind::kStress},
    {"desolate", Kind::kAte},         {"diffuse", Kind::kVoice},
    {"digest", Kind::kStress},        {"discharge", Kind::kStress},
    {"discount", Kind::kStress},      {"duplicate", Kind::kAte},
    {"elaborate", Kind::kAte},        {"escort", Kind::kStress},
    {"essay", Kind::kStress},         {"estimate", Kind::kAte},
    {"excess", Kind::kStress},        {"excuse", Kind::kVoice},
    {"expatriate", Kind::kAte},       {"exploit", Kind::kStress},
    {"extract", Kind::kStress},       {"ferment", Kind::kStress},
    {"graduate", Kind::kAte},         {"house", Kind::kVoice},
    {"impact", Kind::kStress},        {"implant", Kind::kStress},
    {"import", Kind::kStress},        {"imprint", Kind::kStress},
    {"incense", Kind::kStress},       {"incline", Kind::kStress},
    {"increase", Kind::kStress},      {"initiate", Kind::kAte},
    {"insert", Kind::kStress},        {"insult", Kind::kStress},
    {"intimate", Kind::kAte},         {"invalid", Kind::kStress, true},
    {"misuse", Kind::kVoice},         {"moderate", Kind::kAte},
    {"object", Kind::kStress},        {"overflow", Kind::kStress},
    {"perfect", Kind::kStress},       {"permit", Kind::kStress},
    {"pervert", Kind::kStress},       {"predicate", Kind::kAte},
    {"present", Kind::kStress},       {"produce", Kind::kStress},
    {"progress", Kind::kStress},      {"project", Kind::kStress},
    {"protest", Kind::kStress},       {"purport", Kind::kStress},
    {"rebel", Kind::kStress},         {"recall", Kind::kStress},
    {"recap", Kind::kStress},         {"record", Kind::kStress},
    {"refill", Kind::kStress},        {"refund", Kind::kStress},
    {"refuse", Kind::kStress},        {"reject", Kind::kStress},
    {"research", Kind::kStress},      {"resume", Kind::kStress},
    {"rewrite", Kind::kStress},       {"segment", Kind::kStress},
    {"separate", Kind::kAte},         {"subject", Kind::kStress},
    {"subordinate", Kind::kAte},      {"survey", Kind::kStress},
    {"suspect", Kind::kStress},       {"syndicate", Kind::kAte},
    {"torment", Kind::kStress},       {"transfer", Kind::kStress},
    {"transport", Kind::kStress},     {"upgrade", Kind::kStress},
    {"upset", Kind::kStress, true},   {"use", Kind::kVoice}};

bool is_verb(std::string_view tag) { return tag.starts_with('V'); }

Role role_of(const Homograph& entry, std::string_view tag) {
  const bool adjective = tag == "JJ" && entry.adjective_as_verb;
  return is_verb(tag) || adjective ? Role::kVerb : Role::kNoun;
}

/// `ending`: the s of records or uses is behind.
bool fits(Phones phones, Kind kind, Role role, bool ending) {
  const size_t tail = !ending ? 0 : kind == Kind::kVoice ? 2 : 1;
  if (phones.size() <= tail) return false;
  phones.resize(phones.size() - tail);
  if (kind == Kind::kVoice) return phones.back() == (role == Role::kNoun ? "S" : "Z");
  if (kind == Kind::kAte) {
    bool full = phones.size() >= 2 && phones[phones.size() - 2].rfind("EY", 0) == 0;
    return full == (role == Role::kVerb);
  }
  for (const std::string& p : phones) {
    if (p.back() < '0' || p.back() > '2') continue;
    return (p.back() == '1') == (role == Role::kNoun);  // the first vowel decides
  }
  return false;
}

/// Index of the variant that has `phone`.
std::optional<size_t> with_phone(const std::vector<Phones>& variants, std::string_view phone) {
  for (size_t i = 0; i < variants.size(); ++i) {
    if (std::find(variants[i].begin(), variants[i].end(), phone) != variants[i].end()) return i;
  }
  return std::nullopt;
}

/// Words with a story of their own.
std::optional<size_t> choose_special(std::string_view word, const std::vector<Phones>& variants,
                                     const WordContext& context) {
  static constexpr std::string_view kSmall[] = {"amount", "amounts",    "quantity",  "detail",
                                                "traces", "quantities", "particles", "difference"};
  const bool verb = is_verb(context.tag);
  if (word == "read") {
    const bool past =
        context.tag == "VBD" || context.tag == "VBN" || (context.past && context.tag != "VB");
    return with_phone(variants, past ? "EH1" : "IY1");
  }
  if (word == "live") return with_phone(variants, verb ? "IH1" : "AY1");
  if (word == "lead")
    return with_phone(variants,
                      context.after == "pipe" || context.after == "paint" || context.before == "of"
                          ? "EH1"
                          : "IY1");
  if (word == "wind") return with_phone(variants, context.after == "up" || verb ? "AY1" : "IH1");
  if (word == "tear") return with_phone(variants, verb ? "EH1" : "IH1");
  if (word == "bow") return with_phone(variants, verb ? "AW1" : "OW1");
  if (word == "wound")
    return with_phone(variants, context.after == "up" || context.after == "around" ? "AW1" : "UW1");
  if (word == "minute") return with_phone(variants, one_of(context.after, kSmall) ? "UW1" : "IH1");
  if (word == "bass") return with_phone(variants, "EY1");
  if (word == "polish") return with_phone(variants, context.capital && !verb ? "OW1" : "AA1");
  // A close is voiced as a noun too (the close of the day), not as an adjective.
  if (word == "close") return with_phone(variants, verb || context.tag == "NN" ? "Z" : "S");
  return std::nullopt;
}

/// The entry of a word or of its form with s, and whether it is the latter.
std::pair<const Homograph*, bool> find_homograph(std::string_view word) {
  for (const Homograph& entry : kHomographs) {
    if (entry.word == word) return {&entry, false};
  }
  if (!word.ends_with('s')) return {nullptr, false};
  word.remove_suffix(1);
  for (const Homograph& entry : kHomographs) {
    if (entry.word == word) return {&entry, true};
  }
  return {nullptr, false};
}

}  // namespace

bool is_homograph(std::string_view word) {
  static constexpr std::string_view kSpecial[] = {"read", "live", "wind", "tear", "bow", "polish"};
  return one_of(word, kSpecial) || find_homograph(word).first != nullptr;
}

std::optional<size_t> choose_variant(std::string_view word, const std::vector<Phones>& variants,
                                     const WordContext& context) {
  if (variants.size() < 2) return std::nullopt;
  if (auto special = choose_special(word, variants, context)) return special;
  const auto [entry, ending] = find_homograph(word);
  if (entry == nullptr) return std::nullopt;
  const Role role = role_of(*entry, context.tag);
  for (size_t i = 0; i < variants.size(); ++i) {
    if (fits(variants[i], entry->kind, role, ending)) return i;
  }
  return std::nullopt;
}

}  // namespace myna::text::en
