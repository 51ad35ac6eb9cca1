#include "text/en/homographs.h"

#include <algorithm>

namespace myna::text::en {
namespace {

using Phones = std::vector<std::string>;

enum class Role { kNoun, kVerb };
enum class Kind {
  kStress,  ///< noun: first syllable, verb: a later one
  kAte,     ///< noun: ... AH0 T, verb: ... EY2 T
  kVoice,   ///< noun: ... S, verb: ... Z
};

struct Homograph {
  std::string_view word;
  Kind kind;
  Role usual;
};

constexpr Homograph kHomographs[] = {
    {"record", Kind::kStress, Role::kNoun},    {"present", Kind::kStress, Role::kNoun},
    {"object", Kind::kStress, Role::kNoun},    {"project", Kind::kStress, Role::kNoun},
    {"content", Kind::kStress, Role::kNoun},   {"conduct", Kind::kStress, Role::kVerb},
    {"contract", Kind::kStress, Role::kNoun},  {"produce", Kind::kStress, Role::kVerb},
    {"permit", Kind::kStress, Role::kNoun},    {"refuse", Kind::kStress, Role::kVerb},
    {"desert", Kind::kStress, Role::kNoun},    {"perfect", Kind::kStress, Role::kNoun},
    {"increase", Kind::kStress, Role::kVerb},  {"decrease", Kind::kStress, Role::kVerb},
    {"import", Kind::kStress, Role::kNoun},    {"insult", Kind::kStress, Role::kNoun},
    {"protest", Kind::kStress, Role::kNoun},   {"rebel", Kind::kStress, Role::kNoun},
    {"reject", Kind::kStress, Role::kVerb},    {"subject", Kind::kStress, Role::kNoun},
    {"suspect", Kind::kStress, Role::kVerb},   {"transfer", Kind::kStress, Role::kNoun},
    {"transport", Kind::kStress, Role::kNoun}, {"combine", Kind::kStress, Role::kVerb},
    {"conflict", Kind::kStress, Role::kNoun},  {"contest", Kind::kStress, Role::kNoun},
    {"contrast", Kind::kStress, Role::kNoun},  {"convict", Kind::kStress, Role::kVerb},
    {"digest", Kind::kStress, Role::kVerb},    {"discount", Kind::kStress, Role::kNoun},
    {"escort", Kind::kStress, Role::kNoun},    {"extract", Kind::kStress, Role::kVerb},
    {"progress", Kind::kStress, Role::kNoun},  {"research", Kind::kStress, Role::kNoun},
    {"survey", Kind::kStress, Role::kNoun},    {"attribute", Kind::kStress, Role::kVerb},
    {"compound", Kind::kStress, Role::kNoun},  {"console", Kind::kStress, Role::kNoun},
    {"converse", Kind::kStress, Role::kVerb},  {"separate", Kind::kAte, Role::kNoun},
    {"estimate", Kind::kAte, Role::kNoun},     {"graduate", Kind::kAte, Role::kNoun},
    {"moderate", Kind::kAte, Role::kNoun},     {"duplicate", Kind::kAte, Role::kNoun},
    {"deliberate", Kind::kAte, Role::kNoun},   {"alternate", Kind::kAte, Role::kNoun},
    {"advocate", Kind::kAte, Role::kNoun},     {"delegate", Kind::kAte, Role::kNoun},
    {"house", Kind::kVoice, Role::kNoun},      {"invalid", Kind::kStress, Role::kVerb},
    {"address", Kind::kStress, Role::kVerb},   {"annex", Kind::kStress, Role::kNoun},
    {"associate", Kind::kAte, Role::kVerb},    {"appropriate", Kind::kAte, Role::kNoun},
    {"approximate", Kind::kAte, Role::kNoun},  {"articulate", Kind::kAte, Role::kNoun},
    {"coordinate", Kind::kAte, Role::kVerb},   {"elaborate", Kind::kAte, Role::kNoun},
    {"initiate", Kind::kAte, Role::kVerb},     {"intimate", Kind::kAte, Role::kNoun},
    {"subordinate", Kind::kAte, Role::kNoun},  {"certificate", Kind::kAte, Role::kNoun},
    {"use", Kind::kVoice, Role::kVerb},        {"close", Kind::kVoice, Role::kNoun},
    {"excuse", Kind::kVoice, Role::kVerb},     {"abuse", Kind::kVoice, Role::kNoun}};

template <size_t N>
bool one_of(std::string_view word, const std::string_view (&set)[N]) {
  return std::find(std::begin(set), std::end(set), word) != std::end(set);
}

constexpr std::string_view kBeforeVerb[] = {
    "to",      "will",   "would",  "can",     "could",    "shall",    "should",    "may",
    "might",   "must",   "do",     "does",    "did",      "don't",    "doesn't",   "didn't",
    "won't",   "can't",  "cannot", "not",     "couldn't", "wouldn't", "shouldn't", "i",
    "you",     "we",     "they",   "who",     "let's",    "please",   "never",     "always",
    "i'll",    "you'll", "we'll",  "they'll", "he'll",    "she'll",   "also",      "often",
    "usually", "i'd",    "you'd",  "we'd",    "them"};
constexpr std::string_view kBeforeNoun[] = {
    "the",  "a",    "an",    "this",  "that", "these",   "those", "my",  "your", "his",
    "her",  "its",  "our",   "their", "of",   "in",      "on",    "at",  "by",   "for",
    "with", "from", "no",    "some",  "any",  "every",   "each",  "new", "good", "great",
    "big",  "old",  "small", "first", "last", "another", "under", "is",  "are",  "was"};
constexpr std::string_view kAfterVerb[] = {"the", "a",    "an",   "your", "my",    "his", "her",
                                           "it",  "them", "this", "that", "these", "our", "their",
                                           "me",  "him",  "us",   "all",  "every"};

Role role_of(const Homograph& entry, const WordContext& context) {
  if (one_of(context.before, kBeforeVerb)) return Role::kVerb;
  if (one_of(context.before, kBeforeNoun)) return Role::kNoun;
  if (context.before.empty() && one_of(context.after, kAfterVerb)) return Role::kVerb;
  return entry.usual;
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

bool is_modal(std::string_view word) {
  static constexpr std::string_view kModals[] = {"to",    "will",   "would",  "can",   "could",
                                                 "shall", "should", "may",    "might", "must",
                                                 "did",   "didn't", "please", "do"};
  return one_of(word, kModals);
}

/// Words with a story of their own.
std::optional<size_t> choose_special(std::string_view word, const std::vector<Phones>& variants,
                                     const WordContext& context) {
  static constexpr std::string_view kPast[] = {
      "have", "has",   "had", "he",      "she",  "i've",   "been",    "was",
      "were", "we've", "be",  "already", "just", "you've", "they've", "ever"};
  static constexpr std::string_view kDeterminers[] = {"a", "the", "this", "that", "our", "your"};
  static constexpr std::string_view kSmall[] = {"amount", "amounts",    "quantity",  "detail",
                                                "traces", "quantities", "particles", "difference"};
  const bool verb = one_of(context.before, kBeforeVerb);
  const bool starts = context.before.empty() && one_of(context.after, kAfterVerb);
  if (word == "read") {
    const bool past = one_of(context.before, kPast) || (context.past && !is_modal(context.before));
    return with_phone(variants, past ? "EH1" : "IY1");
  }
  if (word == "live") {
    const bool adjective = one_of(context.before, kDeterminers) || context.before == "go" ||
                           context.after == "music" || context.after == "stream" ||
                           context.after == "show";
    return with_phone(variants, adjective ? "AY1" : "IH1");
  }
  if (word == "lead")
    return with_phone(variants,
                      context.after == "pipe" || context.after == "paint" || context.before == "of"
                          ? "EH1"
                          : "IY1");
  if (word == "wind") return with_phone(variants, context.after == "up" || verb ? "AY1" : "IH1");
  if (word == "tear") return with_phone(variants, verb ? "EH1" : "IH1");
  if (word == "bow") return with_phone(variants, verb && context.before != "them" ? "AW1" : "OW1");
  if (word == "wound")
    return with_phone(variants, context.after == "up" || context.after == "around" ? "AW1" : "UW1");
  if (word == "minute") return with_phone(variants, one_of(context.after, kSmall) ? "UW1" : "IH1");
  if (word == "bass") return with_phone(variants, "EY1");
  if (word == "polish")
    return with_phone(variants, context.capital && !starts && !verb ? "OW1" : "AA1");
  return std::nullopt;
}

}  // namespace

namespace {

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

std::optional<size_t> choose_variant(std::string_view word, const std::vector<Phones>& variants,
                                     const WordContext& context) {
  if (variants.size() < 2) return std::nullopt;
  if (auto special = choose_special(word, variants, context)) return special;
  const auto [entry, ending] = find_homograph(word);
  if (entry == nullptr) return std::nullopt;
  const Role role = role_of(*entry, context);
  for (size_t i = 0; i < variants.size(); ++i) {
    if (fits(variants[i], entry->kind, role, ending)) return i;
  }
  return std::nullopt;
}

bool stands_as_verb(std::string_view word, const WordContext& context) {
  if (const Homograph* entry = find_homograph(word).first)
    return role_of(*entry, context) == Role::kVerb;
  return one_of(context.before, kBeforeVerb);
}

std::optional<Phones> compat_reading(std::string_view word, const std::vector<Phones>& variants,
                                     std::string_view tag) {
  const bool verb = tag.starts_with("V");
  // Facts of the reference's own list.
  if (word == "read")
    return Phones{"R", tag == "VBP" || tag == "VB" || tag == "V" ? "IY1" : "EH1", "D"};
  if (word == "complex") {
    if (tag == "JJ") return Phones{"K", "AH0", "M", "P", "L", "EH1", "K", "S"};
    return Phones{"K", "AA1", "M", "P", "L", "EH0", "K", "S"};
  }
  if (word == "conduct" && verb) return Phones{"K", "AA0", "N", "D", "AH1", "K", "T"};
  const auto [entry, ending] = find_homograph(word);
  if (entry == nullptr) return std::nullopt;
  const bool swapped = entry->word == "rebel";
  const Role role = verb != swapped ? Role::kVerb : Role::kNoun;
  const Phones* chosen = nullptr;
  for (const Phones& variant : variants) {
    if (!fits(variant, entry->kind, role, ending)) continue;
    const bool weak = std::find(variant.begin(), variant.end(), "IH0") != variant.end();
    if (chosen == nullptr || (role == Role::kVerb && weak)) chosen = &variant;
  }
  return chosen == nullptr ? std::nullopt : std::optional<Phones>(*chosen);
}

}  // namespace myna::text::en
