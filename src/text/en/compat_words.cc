#include "text/en/compat_words.h"

#include <algorithm>

#include "text/en/letters.h"
#include "text/regex.h"
#include "text/unicode.h"

namespace myna::text::en {
namespace {

void append(Phones* out, const Phones& more) { out->insert(out->end(), more.begin(), more.end()); }

/// A word by the reference's rules, one after the other.
class Query {
 public:
  Query(const CompatDictionary& dictionary, const CompatModels& models)
      : dictionary_(dictionary), models_(models) {}

  Phones read(const std::string& lower) const {
    Phones known = lower.size() > 1 ? dictionary_.reading(lower) : Phones{};
    if (!known.empty()) return known;
    if (lower.size() <= 3) return spell(lower);
    const bool possessive =
        lower.ends_with("'s") && std::all_of(lower.begin(), lower.end() - 2, is_letter);
    if (possessive) return with_s(read(lower.substr(0, lower.size() - 2)));
    const std::vector<std::string> pieces = models_.segment(lower);
    if (pieces.size() == 1) return models_.predict(pieces.front());
    Phones out;
    for (const std::string& piece : pieces) append(&out, read(piece));
    return out;
  }

 private:
  Phones spell(const std::string& lower) const {
    Phones out;
    for (const char c : lower) {
      if (c == 'a') {
        out.push_back("EY1");
      } else if (is_letter(c)) {
        append(&out, dictionary_.reading(std::string(1, c)));
      } else {
        out.push_back(std::string(1, c));
      }
    }
    return out;
  }

  static Phones with_s(Phones out) {
    if (out.empty()) return out;
    if (one_of(out.back(), {"P", "T", "K", "F", "TH", "HH"})) {
      out.push_back("S");
    } else if (one_of(out.back(), {"S", "Z", "SH", "ZH", "CH", "JH"})) {
      append(&out, {"AH0", "Z"});
    } else {
      out.push_back("Z");
    }
    return out;
  }

  const CompatDictionary& dictionary_;
  const CompatModels& models_;
};

}  // namespace

std::vector<CompatToken> compat_tokens(const std::string& normalized) {
  // In this order: hosts (the.word), words with apostrophes or hyphens inside, words, dots, marks.
  static const Regex pattern(
      u"[a-z]+(?:[.\\-][a-z]+)*[.][a-z]{2,13}\\b"
      u"|[a-z](?:[a-z]|['\\-])+[a-z]"
      u"|[a-z]+"
      u"|\\.(?:\\s*\\.)+"
      u"|\\S",
      true);
  std::vector<CompatToken> out;
  const std::u16string text = to_utf16(std::string_view(normalized));  // ASCII: same offsets
  for (const Match& m : pattern.find_all(text))
    out.push_back({to_utf8(m.group(0)), static_cast<size_t>(m.begin())});
  return out;
}

WordPrice compat_price(const CompatDictionary& dictionary, const Tagger& tagger) {
  return [&](const std::string& word) -> std::optional<double> {
    if (dictionary.reading(word).empty()) return std::nullopt;
    const double own = tagger.rarity(word);
    constexpr double kForm = 0.8;  // a plural is less common than its word
    return word.ends_with('s')
               ? std::min(own, tagger.rarity(word.substr(0, word.size() - 1)) + kForm)
               : own;
  };
}

Phones compat_phones(const std::string& token, const std::function<std::string()>& tag,
                     const CompatDictionary& dictionary, const CompatModels& models) {
  const std::string lower = lower_case(token);
  if (std::none_of(lower.begin(), lower.end(), is_letter)) return {token == "'" ? "-" : token};
  if (lower.size() == 1) {
    if (token == "A") return {"EY1"};
    return dictionary.reading(lower);
  }
  if (dictionary.is_homograph(lower)) return dictionary.homograph(lower, tag());
  Phones out = dictionary.reading(lower).empty() ? dictionary.name(token) : Phones{};
  if (out.empty()) out = Query(dictionary, models).read(lower);
  for (std::string& phone : out) {
    if (phone == "'") phone = "-";
  }
  return out;
}

}  // namespace myna::text::en
