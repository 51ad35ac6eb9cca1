#include "text/zh/g2p.h"

#include <algorithm>

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text::zh {
namespace {

bool is_mark(char32_t c) {
  return c == '!' || c == '?' || c == U'…' || c == ',' || c == '.' || c == '-';
}

}  // namespace

G2p::G2p(const LexiconFile& words, const LexiconFile& hmm, const LexiconFile& pinyin,
         const LexiconFile& mode_pinyin, const LexiconFile& rules, bool compat)
    : compat_(compat),
      segmenter_(words, hmm),
      pinyin_(pinyin, &mode_pinyin),
      sandhi_(rules, segmenter_, pinyin_, compat) {}

/// A clause as its Polyphones read it; nothing said where there are none.
struct G2p::Clause {
  const Polyphones* polyphones;
  std::vector<ClauseReading> said;
  std::vector<Syllable> listed;  ///< by the dictionary, compat mode only
};

/// As the reference reads with g2pW: each character by what was said of the clause, else by the
/// dictionary's phrases of the clause; then the corrections, of the whole word or of characters.
std::vector<Syllable> G2p::compat_readings(const std::u32string& word, size_t at,
                                           const Clause& clause) const {
  std::vector<Syllable> out;
  const std::vector<std::string> whole = clause.polyphones->correction(word);
  for (size_t i = 0; i < word.size(); ++i) {
    const std::string& said = clause.said[at + i].pinyin;
    out.push_back(said.empty() ? clause.listed[at + i] : pinyin_.parse(said));
    if (whole.size() == word.size()) {
      out.back() = pinyin_.parse(whole[i]);
    } else if (const auto one = clause.polyphones->correction(word.substr(i, 1)); !one.empty()) {
      out.back() = pinyin_.parse(one[0]);
    }
  }
  return out;
}

std::vector<Syllable> G2p::readings(const TaggedWord& word, const TaggedWord* before,
                                    const TaggedWord* after, size_t at,
                                    const Clause& clause) const {
  if (compat_ && !clause.said.empty()) return compat_readings(word.text, at, clause);
  std::vector<bool> phrased;
  std::vector<Syllable> out = pinyin_.readings(word.text, &phrased);
  sandhi_.choose(word, before, after, &out);
  const bool name = before != nullptr && before->text == U"姓";
  for (size_t i = 0; i < out.size() && !clause.said.empty() && !name; ++i) {
    if (!clause.said[at + i].by_context || phrased[i]) continue;
    const Syllable said = pinyin_.parse(clause.said[at + i].pinyin);
    if (said.id != Syllable::kNone) out[i] = said;
  }
  return out;
}

void G2p::convert_clause(std::u32string_view text, size_t offset, const G2pOptions& options,
                         const std::vector<const Syllable*>& given, std::u32string* skipped,
                         std::vector<G2pWord>* out) const {
  std::vector<TaggedWord> words = sandhi_.merge(segmenter_.tag(std::u32string(text)));
  Clause clause{options.polyphones, {}, {}};
  if (options.polyphones != nullptr) {
    clause.said = options.polyphones->read(text);
    if (clause.said.size() != text.size())
      throw Error(ErrorCode::kInternal, "a reader of polyphones lost characters of a clause");
  }
  if (compat_ && !clause.said.empty()) clause.listed = pinyin_.readings(std::u32string(text));
  const size_t start = offset;
  for (size_t w = 0; w < words.size(); ++w) {
    const TaggedWord& word = words[w];
    const size_t length = word.text.size();
    const TaggedWord* before = w > 0 ? &words[w - 1] : nullptr;
    const TaggedWord* after = w + 1 < words.size() ? &words[w + 1] : nullptr;
    std::vector<Syllable> syllables = readings(word, before, after, offset - start, clause);
    G2pWord result{word.text, word.tag, {}, {}};
    const auto give = [&] {
      for (size_t i = 0; i < length && offset + i < given.size(); ++i) {
        if (given[offset + i] == nullptr) continue;
        syllables[i] = *given[offset + i];
        result.by_user = true;
      }
    };
    give();  // the rules see the given reading beside them,
    sandhi_.apply(word, before, after, &syllables);
    if (options.colour) sandhi_.colour(word, &syllables);
    give();  // and do not change it
    for (size_t i = 0; i < length; ++i) {
      if (is_mark(word.text[i])) {
        result.phones.push_back(encode_utf8(word.text[i]));
        result.word2ph.push_back(1);
      } else if (syllables[i].id != Syllable::kNone && syllables[i].tone >= 1) {
        result.phones.push_back(pinyin_.initial(syllables[i]));
        result.phones.push_back(pinyin_.final(syllables[i]));
        result.word2ph.push_back(2);
      } else {
        if (options.strict) {
          throw Error(ErrorCode::kInvalidText, "the character " + encode_utf8(word.text[i]) +
                                                   " has no known reading; replace it");
        }
        if (skipped != nullptr) skipped->push_back(word.text[i]);
        result.word2ph.push_back(0);
      }
    }
    offset += length;
    out->push_back(std::move(result));
  }
}

/// A word whose characters do not go with its syllables one by one: they share its phones.
G2pWord G2p::whole_word(std::u32string_view text, const FixedReading& fixed) const {
  G2pWord word{std::u32string(text), "nz", {}, {}, true};
  for (const Syllable& syllable : fixed.syllables) {
    word.phones.push_back(pinyin_.initial(syllable));
    word.phones.push_back(pinyin_.final(syllable));
  }
  const size_t phones = word.phones.size(), length = text.size();
  for (size_t i = 0; i < length; ++i) {
    word.word2ph.push_back(static_cast<int32_t>((i + 1) * phones / length - i * phones / length));
  }
  return word;
}

std::vector<G2pWord> G2p::convert(const std::string& normalized, const G2pOptions& options,
                                  std::u32string* skipped,
                                  const std::vector<FixedReading>& fixed) const {
  std::vector<G2pWord> out;
  const std::u32string all = decode_utf8(normalized);
  const std::u32string_view text = all;
  std::vector<const Syllable*> given(text.size(), nullptr);
  std::vector<const FixedReading*> wholes;
  for (const FixedReading& reading : fixed) {
    const std::u32string_view word = text.substr(reading.begin, reading.end - reading.begin);
    if (word.size() != reading.syllables.size() || !std::all_of(word.begin(), word.end(), is_han)) {
      wholes.push_back(&reading);
      continue;
    }
    for (size_t i = 0; i < word.size(); ++i) given[reading.begin + i] = &reading.syllables[i];
  }
  auto whole = wholes.begin();
  for (size_t begin = 0; begin < text.size();) {
    if (whole != wholes.end() && (*whole)->begin == begin) {
      out.push_back(whole_word(text.substr(begin, (*whole)->end - begin), **whole));
      begin = (*whole++)->end;
      continue;
    }
    const size_t stop = whole != wholes.end() ? (*whole)->begin : text.size();
    size_t end = begin;
    while (end < stop && !is_mark(text[end])) ++end;
    if (end < stop) ++end;
    convert_clause(text.substr(begin, end - begin), begin, options, given, skipped, &out);
    begin = end;
  }
  return out;
}

}  // namespace myna::text::zh
