#include "text/en/g2p.h"

#include <algorithm>
#include <array>

#include "text/en/letters.h"

namespace myna::text::en {
namespace {

bool is_mark(char c) { return c == '.' || c == ',' || c == '?' || c == '!' || c == '-'; }

Phones joined(Phones a, const Phones& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool ends_with(const std::string& word, std::string_view tail) {
  return word.size() > tail.size() &&
         word.compare(word.size() - tail.size(), tail.size(), tail) == 0;
}

/// Sound of a plural or possessive s after `phones`.
Phones with_s(Phones phones) {
  const std::string& last = phones.back();
  if (one_of(last, {"S", "Z", "SH", "ZH", "CH", "JH"})) return joined(phones, {"AH0", "Z"});
  return joined(phones, {one_of(last, {"P", "T", "K", "F", "TH"}) ? "S" : "Z"});
}

Phones with_ed(Phones phones) {
  const std::string& last = phones.back();
  if (one_of(last, {"T", "D"})) return joined(phones, {"AH0", "D"});
  return joined(phones, {one_of(last, {"P", "K", "F", "TH", "S", "SH", "CH"}) ? "T" : "D"});
}

/// Words in capitals that are emphasised words rather than acronyms.
bool is_common_word(const std::string& lower) {
  static constexpr std::array kWords = {
      "all", "am",  "an",  "and", "any", "are", "as",  "at",  "bad", "be",  "big", "but",
      "by",  "can", "did", "do",  "for", "get", "go",  "had", "has", "he",  "her", "him",
      "his", "how", "if",  "in",  "is",  "its", "let", "man", "may", "me",  "my",  "new",
      "no",  "not", "now", "of",  "off", "oh",  "old", "on",  "one", "or",  "our", "out",
      "run", "say", "see", "she", "so",  "the", "to",  "too", "top", "two", "up",  "was",
      "way", "we",  "who", "why", "yes", "you", "ok"};
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

std::vector<std::string> parts(const std::string& text, char at) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

/// Words that put a clause into the past.
bool tells_of_past(const std::string& lower) {
  static constexpr std::array kWords = {"yesterday", "ago", "earlier", "previously", "once"};
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

/// Parts of speech of a text, found when one is asked for: few texts have homographs.
class LazyTags {
 public:
  LazyTags(const Tagger& tagger, const std::vector<G2pWord>& words, bool shouted)
      : tagger_(tagger) {
    for (const G2pWord& word : words)
      tokens_.push_back(shouted ? lower_case(word.text) : word.text);
  }
  const std::string& operator[](size_t i) {
    if (tags_.empty()) tags_ = tagger_.tag(tokens_);
    return tags_[i];
  }

 private:
  const Tagger& tagger_;
  std::vector<std::string> tokens_, tags_;
};

}  // namespace

G2p::G2p(const LexiconFile& words, const Tagger& tagger,
         std::shared_ptr<const LetterToSound> letters, G2pOptions options)
    : words_(words),
      tagger_(tagger),
      letters_(std::move(letters)),
      options_(std::move(options)),
      phones_(words.meta_words("phones")) {
  CompatModels& models = options_.models;
  if (!models.predict)
    models.predict = [this](const std::string& lower) {
      return letters_ == nullptr ? spell(lower) : letters_->read(lower);
    };
  if (!models.segment)
    models.segment = [this](const std::string& lower) {
      return split_words(lower, compat_price(*options_.compat, tagger_));
    };
}

Phones G2p::lookup(const std::string& lower, size_t variant) const {
  const auto value = words_.find(lower);
  return value ? stored_phones(*value, phones_, variant) : Phones{};
}

std::vector<Phones> G2p::variants(const std::string& lower) const {
  std::vector<Phones> out;
  for (size_t i = 0; i < 4; ++i) {
    Phones p = lookup(lower, i);
    if (p.empty()) break;
    out.push_back(std::move(p));
  }
  return out;
}

Phones G2p::name(const std::string& lower) const {
  const auto value = words_.find(kNameKey + lower);
  return value ? stored_phones(*value, phones_) : Phones{};
}

Phones G2p::spell(const std::string& letters) const {
  Phones out;
  for (char c : lower_case(letters)) {
    if (c == 'a') {
      out.push_back("EY1");
    } else if (is_lower(c)) {
      out = joined(std::move(out), lookup(std::string(1, c)));
    }
  }
  return out;
}

Phones G2p::inflected(const std::string& lower) const {
  auto stem = [&](size_t cut, const char* tail = "") {
    return lookup(lower.substr(0, lower.size() - cut) + tail);
  };
  Phones p;
  if (ends_with(lower, "'s") && !(p = word(lower.substr(0, lower.size() - 2))).empty())
    return with_s(std::move(p));
  if (ends_with(lower, "ies") && !(p = stem(3, "y")).empty()) return with_s(std::move(p));
  if (ends_with(lower, "es") && !(p = stem(2)).empty() &&
      one_of(p.back(), {"S", "Z", "SH", "ZH", "CH", "JH", "OW0", "OW1", "OW2"}))
    return with_s(std::move(p));
  if (ends_with(lower, "s") && !ends_with(lower, "ss") && !(p = stem(1)).empty())
    return with_s(std::move(p));
  if (ends_with(lower, "ied") && !(p = stem(3, "y")).empty()) return with_ed(std::move(p));
  if (ends_with(lower, "ed")) {
    if (!(p = stem(1)).empty() || !(p = stem(2)).empty()) return with_ed(std::move(p));
    if (lower.size() > 5 && lower[lower.size() - 3] == lower[lower.size() - 4] &&
        !(p = stem(3)).empty())
      return with_ed(std::move(p));
  }
  if (ends_with(lower, "ing") && lower.size() > 5) {
    if (!(p = stem(3)).empty() || !(p = stem(3, "e")).empty())
      return joined(std::move(p), {"IH0", "NG"});
    if (lower[lower.size() - 4] == lower[lower.size() - 5] && !(p = stem(4)).empty())
      return joined(std::move(p), {"IH0", "NG"});
  }
  if (ends_with(lower, "ly") && !(p = stem(2)).empty()) return joined(std::move(p), {"L", "IY0"});
  if (ends_with(lower, "ness") && !(p = stem(4)).empty())
    return joined(std::move(p), {"N", "AH0", "S"});
  if (ends_with(lower, "less") && !(p = stem(4)).empty())
    return joined(std::move(p), {"L", "AH0", "S"});
  return {};
}

Phones G2p::compound(const std::string& lower) const {
  if (lower.size() < 7) return {};
  // The split whose shorter part is longest.
  for (size_t shorter = lower.size() / 2; shorter >= 3; --shorter) {
    for (size_t cut : {lower.size() - shorter, shorter}) {
      Phones head = lookup(lower.substr(0, cut)), tail = lookup(lower.substr(cut));
      if (tail.empty()) tail = inflected(lower.substr(cut));
      if (head.empty() || tail.empty()) continue;
      for (std::string& p : tail) {
        if (p.back() == '1') p.back() = '2';
      }
      return joined(std::move(head), tail);
    }
  }
  return {};
}

Phones G2p::unknown(const std::string& lower) const {
  Phones p = name(lower);
  if (p.empty()) p = inflected(lower);
  if (p.empty()) p = compound(lower);
  if (!p.empty()) return p;
  if (lower.find_first_of("aeiouy") == std::string::npos) return spell(lower);
  return letters_ == nullptr ? spell(lower) : letters_->read(lower);
}

Phones G2p::word(const std::string& written, bool shouted) const {
  std::string lower = lower_case(written);
  if (lower.size() == 1) {
    if (lower == "a") return {is_upper(written[0]) && !shouted ? "EY1" : "AH0"};
    return lookup(lower);
  }
  size_t capitals = static_cast<size_t>(std::count_if(written.begin(), written.end(), is_upper));
  bool plural = written.size() >= 3 && written.back() == 's' && capitals == written.size() - 1;
  if (plural && capitals >= 2) {
    std::string stem = written.substr(0, written.size() - 1);
    return with_s(word(stem));
  }
  if (capitals == written.size() && !shouted) {
    Phones p = lookup(written);  // acronyms with a sound of their own
    if (!p.empty()) return p;
    p = lookup(lower);
    bool acronym = p.empty()
                       ? written.size() <= 4 || lower.find_first_of("aeiouy") == std::string::npos
                       : written.size() <= 3 && !is_common_word(lower);
    if (acronym) return spell(written);
    return p.empty() ? unknown(lower) : p;
  }
  Phones p = lookup(lower);
  if (!p.empty()) return p;
  // Joined words: iPhone, OpenAI, GPTs.
  if (capitals > 0 && !(capitals == 1 && is_upper(written[0]))) {
    std::vector<std::string> parts(1);
    for (size_t i = 0; i < written.size(); ++i) {
      bool after_lower = i > 0 && is_lower(written[i - 1]) && is_upper(written[i]);
      bool last_capital = i > 0 && i + 1 < written.size() && is_upper(written[i - 1]) &&
                          is_upper(written[i]) && is_lower(written[i + 1]);
      if (after_lower || last_capital) parts.emplace_back();
      parts.back() += written[i];
    }
    if (parts.size() > 1) {
      for (const std::string& part : parts) p = joined(std::move(p), word(part));
      return p;
    }
  }
  return unknown(lower);
}

std::vector<G2pWord> G2p::tokenize(const std::string& normalized) const {
  std::vector<G2pWord> out;
  if (options_.compat != nullptr) {
    for (CompatToken& token : compat_tokens(normalized))
      out.push_back({std::move(token.text), token.begin, {}});
    return out;
  }
  for (size_t i = 0; i < normalized.size();) {
    char c = normalized[i];
    size_t end = i + 1;
    if (is_letter(c)) {
      while (end < normalized.size() &&
             (is_letter(normalized[end]) ||
              ((normalized[end] == '\'' || normalized[end] == '-') && end + 1 < normalized.size() &&
               is_letter(normalized[end + 1])))) {
        ++end;
      }
      out.push_back({normalized.substr(i, end - i), i, {}});
    } else if (is_mark(c)) {
      out.push_back({std::string(1, c), i, {std::string(1, c)}});
    }
    i = end;
  }
  return out;
}

Phones G2p::hyphenated(const std::string& written, bool shouted) const {
  if (written.find('-') == std::string::npos || !lookup(lower_case(written)).empty())
    return word(written, shouted);
  Phones out;
  for (const std::string& part : parts(written, '-'))
    out = joined(std::move(out), word(part, shouted));
  return out;
}

Phones G2p::in_context(const std::string& written, const WordContext& context) const {
  std::string lower = lower_case(written);
  const std::vector<Phones> readings = variants(lower);
  auto choice = choose_variant(lower, readings, context);
  return choice ? readings[*choice] : Phones{};
}

/// Tokens of what is around the fixed words, and those as they are; an 's takes its sound from the
/// word before it.
std::vector<G2pWord> G2p::with_fixed(const std::string& normalized,
                                     const std::vector<FixedWord>& fixed) const {
  std::vector<G2pWord> out;
  const auto add = [&](size_t begin, size_t end) {
    for (G2pWord& token : tokenize(normalized.substr(begin, end - begin))) {
      token.begin += begin;
      out.push_back(std::move(token));
    }
  };
  size_t at = 0;
  for (const FixedWord& word : fixed) {
    add(at, word.begin);
    at = word.end;
    Phones phones = word.phones;
    const bool possessive = normalized.compare(at, 2, "'s") == 0 &&
                            (at + 2 >= normalized.size() || !is_letter(normalized[at + 2]));
    if (possessive && !phones.empty()) {
      phones = with_s(std::move(phones));
      at += 2;
    }
    out.push_back(
        {normalized.substr(word.begin, at - word.begin), word.begin, std::move(phones), true});
  }
  add(at, normalized.size());
  return out;
}

std::vector<G2pWord> G2p::convert_compat(const std::string& normalized,
                                         const std::vector<FixedWord>& fixed) const {
  std::vector<G2pWord> out = with_fixed(normalized, fixed);
  LazyTags tags(tagger_, out, false);
  size_t phones = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i].by_user) continue;
    const auto tag = [&] { return options_.tag ? options_.tag(i) : tags[i]; };
    out[i].phones = compat_phones(out[i].text, tag, *options_.compat, options_.models);
    phones += out[i].phones.size();
  }
  if (phones < 4) out.insert(out.begin(), {"", 0, {","}});  // so the reference starts short texts
  return out;
}

std::vector<G2pWord> G2p::convert(const std::string& normalized,
                                  const std::vector<FixedWord>& fixed) const {
  if (options_.compat != nullptr) return convert_compat(normalized, fixed);
  size_t lowers =
      static_cast<size_t>(std::count_if(normalized.begin(), normalized.end(), is_lower));
  size_t uppers =
      static_cast<size_t>(std::count_if(normalized.begin(), normalized.end(), is_upper));
  bool shouted = lowers == 0 && uppers > 12;
  std::vector<G2pWord> out = with_fixed(normalized, fixed);
  std::vector<std::string> lower;
  for (const G2pWord& w : out) lower.push_back(is_letter(w.text[0]) ? lower_case(w.text) : "");
  LazyTags tags(tagger_, out, shouted);
  const bool past = std::any_of(lower.begin(), lower.end(), tells_of_past);
  for (size_t i = 0; i < out.size(); ++i) {
    G2pWord& w = out[i];
    if (lower[i].empty() || w.by_user) continue;
    WordContext context{i > 0 ? std::string_view(lower[i - 1]) : std::string_view(),
                        i + 1 < out.size() ? std::string_view(lower[i + 1]) : std::string_view(),
                        is_homograph(lower[i]) ? std::string_view(tags[i]) : std::string_view(),
                        is_upper(w.text[0]), past};
    // A capital A that starts a sentence is the article; before a letter or mark it is a letter.
    bool article = w.text == "A" && context.after.size() > 1;
    w.phones = article ? Phones{"AH0"} : in_context(w.text, context);
    // the WHO, the US: an article tells that capitals are no emphasis.
    const bool named = context.before == "the" && (w.text == "WHO" || w.text == "US");
    if (named && !shouted) w.phones = spell(w.text);
    if (w.phones.empty()) w.phones = hyphenated(w.text, shouted);
  }
  // "the" before a vowel.
  for (size_t i = 0; i + 1 < out.size(); ++i) {
    if (lower[i] != "the" || out[i].by_user || out[i + 1].phones.empty()) continue;
    const std::string& next = out[i + 1].phones.front();
    if (next.back() >= '0' && next.back() <= '2') out[i].phones = {"DH", "IY0"};
  }
  return out;
}

}  // namespace myna::text::en
