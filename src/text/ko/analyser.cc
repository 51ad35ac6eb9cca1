#include "text/ko/analyser.h"

#include <algorithm>

#include "base/error.h"
#include "text/ko/hangul.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

/// One step of the stored costs.
constexpr int32_t kCostStep = 64;
constexpr size_t kClassBytes = 6, kUnknownBytes = 6;
/// Longest unknown word, and what each of its characters costs beyond the table.
constexpr size_t kLongestUnknown = 8;
constexpr int32_t kUnknownCharacter = 500;
/// Texts are analysed in parts of about this length, cut at a blank, to bound the memory.
constexpr size_t kLongestPart = 2000;

/// What a counter directly behind digits gains: the rarer ones share a context, which would lose
/// them to the nouns that look alike (12자루).
constexpr int32_t kCountedGain = 1000;

constexpr const char* kTags[] = {"-", "E", "V", "NNBC"};
constexpr uint8_t kCounterTag = 3;
enum Kind : size_t { kSign, kDigits, kLatin, kHan, kHangul, kEdge };

uint16_t read_u16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(bytes[at]) |
                               static_cast<unsigned char>(bytes[at + 1]) << 8);
}

Kind kind_of(char32_t c) {
  if (is_digit(c)) return kDigits;
  if (is_hangul(c)) return kHangul;
  if (is_han(c)) return kHan;
  return is_latin(c) ? kLatin : kSign;
}

/// What the costs get wrong although the words before tell it: shoes are worn (their 신고 is no
/// report), and behind 잠을 it is the verb that follows when something is yet to be (잘 거야).
void mend(std::vector<Morpheme>* morphemes) {
  for (size_t i = 2; i + 1 < morphemes->size(); ++i) {
    const Morpheme& particle = (*morphemes)[i - 1];
    if (particle.text != U"을" && particle.text != U"를") continue;
    const std::u32string& noun = (*morphemes)[i - 2].text;
    Morpheme& word = (*morphemes)[i];
    if (word.text == U"잘" && noun == U"잠") {
      const char32_t next = (*morphemes)[i + 1].text.front();
      if (next == U'거' || next == U'건' || next == U'겁' || next == U'걸') word.tag = "E";
    } else if (word.text == U"신고" && (noun == U"신" || noun == U"신발")) {
      word = {U"신", "V"};
      morphemes->insert(morphemes->begin() + static_cast<std::ptrdiff_t>(i) + 1, {U"고", "E"});
    }
  }
}

}  // namespace

Analyser::Analyser(const LexiconFile& words) : words_(words), costs_(words.meta("costs")) {
  const std::string_view classes = words.meta("classes"), unknown = words.meta("unknown");
  rights_ = read_u16(words.meta("sizes"), 0);
  bool fits = rights_ > 0 && costs_.size() % rights_ == 0 && classes.size() % kClassBytes == 0 &&
              unknown.size() == unknown_.size() * kUnknownBytes;
  const size_t lefts = fits ? costs_.size() / rights_ : 0;
  const auto inside = [&](uint16_t left, uint16_t right) {
    return left < lefts && right < rights_;
  };
  for (size_t at = 0; fits && at < classes.size(); at += kClassBytes) {
    const Class entry{read_u16(classes, at), read_u16(classes, at + 2),
                      static_cast<unsigned char>(classes[at + 4]) * 1000,
                      static_cast<unsigned char>(classes[at + 5])};
    fits = inside(entry.left, entry.right) && entry.tag < std::size(kTags);
    classes_.push_back(entry);
  }
  for (size_t i = 0; fits && i < unknown_.size(); ++i) {
    const size_t at = i * kUnknownBytes;
    unknown_[i] = {read_u16(unknown, at), read_u16(unknown, at + 2),
                   static_cast<int16_t>(read_u16(unknown, at + 4))};
    fits = inside(unknown_[i].left, unknown_[i].right);
  }
  if (!fits) {
    throw Error(ErrorCode::kInvalidModel,
                "its tables do not fit together; restore assets/lexicons/ko_words.lex",
                "ko_words.lex");
  }
}

int32_t Analyser::connection(uint16_t right, uint16_t left) const {
  return static_cast<signed char>(costs_[left * rights_ + right]) * kCostStep;
}

void Analyser::known(std::u32string_view text, size_t begin, std::vector<Candidate>* out) const {
  std::string key;
  for (size_t end = begin; end < text.size() && is_syllable(text[end]); ++end) {
    key += encode_utf8(text[end]);
    const auto next = words_.lower_bound(key);
    if (!next || next->key.compare(0, key.size(), key) != 0) return;
    if (next->key != key) continue;
    for (size_t at = 0; at + 3 <= next->value.size(); at += 3) {
      const size_t number = read_u16(next->value, at);
      if (number >= classes_.size()) continue;
      const Class& found = classes_[number];
      out->push_back({end + 1, found.left, found.right,
                      static_cast<signed char>(next->value[at + 2]) * kCostStep, found.penalty,
                      found.tag});
    }
  }
}

void Analyser::unknown(std::u32string_view text, size_t begin, bool also,
                       std::vector<Candidate>* out) const {
  const Kind kind = kind_of(text[begin]);
  if (also && kind == kHangul) return;
  size_t end = begin + 1;
  const size_t limit = kind == kHangul ? begin + kLongestUnknown : text.size();
  while (kind != kSign && end < std::min(text.size(), limit) && kind_of(text[end]) == kind) ++end;
  const Unknown& entry = unknown_[kind];
  for (size_t stop = kind == kHangul ? begin + 1 : end; stop <= end; ++stop) {
    const int32_t more =
        kind == kHangul ? kUnknownCharacter * static_cast<int32_t>(stop - begin) : 0;
    out->push_back({stop, entry.left, entry.right, entry.cost + more, 0, 0});
  }
}

void Analyser::analyse_part(std::u32string_view text, std::vector<Morpheme>* out) const {
  const size_t n = text.size();
  std::vector<std::vector<Node>> ends(n + 1);
  ends[0].push_back({0, unknown_[kEdge].right, 0, 0, 0, 0});
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < n; ++i) {
    if (ends[i].empty()) continue;
    size_t begin = i;
    while (begin < n && text[begin] == ' ') ++begin;
    if (begin == n) break;
    candidates.clear();
    known(text, begin, &candidates);
    unknown(text, begin, !candidates.empty(), &candidates);
    for (const Candidate& word : candidates) {
      Node node{
          INT32_MAX, word.right, word.tag, static_cast<uint32_t>(begin), static_cast<uint32_t>(i),
          0};
      for (size_t k = 0; k < ends[i].size(); ++k) {
        const int32_t cost = ends[i][k].cost + connection(ends[i][k].right, word.left);
        if (cost >= node.cost) continue;
        node.cost = cost;
        node.previous = static_cast<uint32_t>(k);
      }
      node.cost += word.cost + (begin > i ? word.penalty : 0);
      if (word.tag == kCounterTag && i == begin && i > 0 && is_digit(text[i - 1]))
        node.cost -= kCountedGain;
      // Of the words that end here in one context only the best can be on the best path.
      auto& same = ends[word.end];
      const auto twin = std::find_if(same.begin(), same.end(),
                                     [&](const Node& other) { return other.right == node.right; });
      if (twin == same.end()) {
        same.push_back(node);
      } else if (node.cost < twin->cost) {
        *twin = node;
      }
    }
  }
  size_t last = n;
  while (last > 0 && ends[last].empty()) --last;
  size_t best = 0;
  int32_t least = INT32_MAX;
  for (size_t k = 0; k < ends[last].size(); ++k) {
    const Node& node = ends[last][k];
    const int32_t cost = node.cost + connection(node.right, unknown_[kEdge].left);
    if (cost < least) {
      least = cost;
      best = k;
    }
  }
  std::vector<Morpheme> path;
  for (size_t at = last, k = best; at > 0;) {
    const Node& node = ends[at][k];
    path.push_back({std::u32string(text.substr(node.begin, at - node.begin)), kTags[node.tag]});
    at = node.from;
    k = node.previous;
  }
  std::move(path.rbegin(), path.rend(), std::back_inserter(*out));
}

std::vector<Morpheme> Analyser::analyse(const std::u32string& text) const {
  std::vector<Morpheme> out;
  std::u32string_view rest = text;
  while (!rest.empty()) {
    size_t length = rest.size();
    if (length > kLongestPart) {
      length = rest.find(U' ', kLongestPart);
      length = std::min({length, rest.size(), 2 * kLongestPart});
    }
    analyse_part(rest.substr(0, length), &out);
    rest.remove_prefix(length);
  }
  mend(&out);
  return out;
}

}  // namespace myna::text::ko
