#include <algorithm>
#include <array>
#include <cmath>

#include "text/frontend.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

bool in(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }
bool is_end(char32_t c) { return in(U"。！？!?…\n", c); }
bool is_clause(char32_t c) { return in(U"，,；;：:、—～", c); }
bool is_closer(char32_t c) { return in(U"”’」』）)]】》〉\"'}", c); }

/// Rough count of phones of one character, before analysis.
double weight(char32_t c) {
  if (is_han(c)) return 2;
  if (is_hangul(c)) return 2.4;
  if (is_kana(c)) return 1.6;
  if (is_digit(c)) return 3.5;
  if (is_latin(c)) return 0.8;
  return is_space(c) ? 0 : 1;
}

bool is_speakable(char32_t c) { return is_letter(c) || is_digit(c); }

/// Abbreviations whose dot ends no sentence.
bool is_abbreviation(std::u32string_view word) {
  static constexpr std::array<std::u32string_view, 24> kWords = {
      U"Mr", U"Mrs", U"Ms",  U"Dr",   U"Prof", U"St",  U"vs",     U"Jr",
      U"Sr", U"No",  U"Mt",  U"Capt", U"Gen",  U"Gov", U"Sen",    U"Rev",
      U"Lt", U"Sgt", U"e.g", U"i.e",  U"cf",   U"fig", U"approx", U"vol"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

class Splitter {
 public:
  Splitter(std::u32string text, double limit) : text_(std::move(text)), limit_(limit) {
    sum_.resize(text_.size() + 1, 0);
    for (size_t i = 0; i < text_.size(); ++i) sum_[i + 1] = sum_[i] + weight(text_[i]);
    protect_pairs();
  }

  std::vector<std::u32string> run() {
    std::vector<size_t> cuts = sentence_ends();
    std::vector<size_t> all;
    size_t begin = 0;
    for (size_t end : cuts) {
      divide(begin, end, &all);
      begin = end;
    }
    return join(all);
  }

 private:
  double span(size_t a, size_t b) const { return sum_[b] - sum_[a]; }

  /// Marks the inside of quotes and brackets that are short enough to stay whole.
  void protect_pairs() {
    inside_.assign(text_.size() + 1, false);
    static constexpr std::u32string_view kOpen = U"“‘「『（([【《〈{",
                                         kClose = U"”’」』）)]】》〉}";
    std::vector<std::pair<char32_t, size_t>> stack;
    auto close = [&](size_t from, size_t to) {
      if (span(from, to) > limit_) return;
      for (size_t i = from + 1; i <= to; ++i) inside_[i] = true;
    };
    size_t quote = std::u32string::npos;
    for (size_t i = 0; i < text_.size(); ++i) {
      char32_t c = text_[i];
      if (c == '"') {
        if (quote == std::u32string::npos) {
          quote = i;
        } else {
          close(quote, i);
          quote = std::u32string::npos;
        }
      } else if (c == '\n') {
        quote = std::u32string::npos;
        stack.clear();
      } else if (size_t at = kOpen.find(c); at != std::u32string_view::npos) {
        if (stack.size() < 64) stack.emplace_back(kClose[at], i);
      } else if (in(kClose, c)) {
        for (size_t k = stack.size(); k-- > 0;) {
          if (stack[k].first != c) continue;
          close(stack[k].second, i);
          stack.resize(k);
          break;
        }
      }
    }
  }

  bool dot_ends(size_t i) const {
    if (i + 1 >= text_.size()) return true;
    char32_t next = text_[i + 1];
    if (!is_space(next) && !is_closer(next) && !is_han(next)) return false;
    if (i > 0 && is_digit(text_[i - 1]) && is_han(next)) return true;
    size_t from = i;
    while (from > 0 && (is_latin(text_[from - 1]) || text_[from - 1] == '.')) --from;
    std::u32string_view word = std::u32string_view(text_).substr(from, i - from);
    if (is_abbreviation(word)) return false;
    bool initial = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z' && word[0] != 'I';
    if (initial) return false;
    size_t after = i + 1;
    while (after < text_.size() && (is_space(text_[after]) || is_closer(text_[after]))) ++after;
    // "p.m. and": a sentence does not go on in lower case.
    return after >= text_.size() || !(text_[after] >= 'a' && text_[after] <= 'z') ||
           word.find('.') == std::u32string_view::npos;
  }

  /// Ends (exclusive) of sentences; the last is the end of the text.
  std::vector<size_t> sentence_ends() const {
    std::vector<size_t> out;
    size_t n = text_.size();
    for (size_t i = 0; i < n; ++i) {
      bool end = is_end(text_[i]) || (text_[i] == '.' && dot_ends(i));
      if (!end) continue;
      size_t j = i + 1;
      while (j < n && (is_end(text_[j]) || text_[j] == '.')) ++j;
      while (j < n && is_closer(text_[j]) && (inside_[j] || text_[j] != '"')) ++j;
      while (j < n && is_space(text_[j])) ++j;
      if (!inside_[j < n ? j : n] || (j > 0 && text_[j - 1] == '\n')) out.push_back(j);
      i = j - 1;
    }
    if (out.empty() || out.back() != n) out.push_back(n);
    return out;
  }

  bool within_number(size_t at) const {
    auto numeric = [&](size_t i) { return is_digit(text_[i]) || in(U".,:%/-", text_[i]); };
    if (at == 0 || at >= text_.size() || !numeric(at - 1) || !numeric(at)) return false;
    bool before = is_digit(text_[at - 1]) || (at >= 2 && is_digit(text_[at - 2]));
    return before && (is_digit(text_[at]) || (at + 1 < text_.size() && is_digit(text_[at + 1])));
  }

  /// Best place to cut [begin, end): at a clause near the middle, else at a blank or between
  /// ideographs, else anywhere.
  size_t best_cut(size_t begin, size_t end) const {
    double middle = (sum_[begin] + sum_[end]) / 2, total = span(begin, end);
    size_t best = begin + (end - begin) / 2;
    double best_cost = 1e9;
    for (size_t i = begin + 1; i < end; ++i) {
      double off = std::abs(sum_[i] - middle) / total;  // 0 ... 0.5
      double cost;
      if (within_number(i)) {
        cost = 8;
      } else if (is_clause(text_[i - 1]) && !is_closer(text_[i])) {
        cost = off < 0.4 ? 0 : 1;
      } else if (is_space(text_[i - 1])) {
        cost = 2;
      } else if (is_han(text_[i - 1]) && is_han(text_[i])) {
        cost = 3;
      } else {
        cost = 6;
      }
      if (is_space(text_[i])) cost += 1;
      if (inside_[i]) cost += 4;
      cost += off * 2;
      if (cost < best_cost) {
        best_cost = cost;
        best = i;
      }
    }
    return best;
  }

  void divide(size_t begin, size_t end, std::vector<size_t>* cuts) const {
    if (begin >= end) return;
    // Very long stretches are first cut greedily so that the search for the middle stays short.
    while (span(begin, end) > 8 * limit_) {
      size_t reach = begin;
      while (reach < end && span(begin, reach) < 2 * limit_) ++reach;
      size_t cut = best_cut(begin, reach);
      divide(begin, cut, cuts);
      begin = cut;
    }
    if (span(begin, end) <= limit_ || end - begin < 2) {
      cuts->push_back(end);
      return;
    }
    size_t cut = best_cut(begin, end);
    divide(begin, cut, cuts);
    divide(cut, end, cuts);
  }

  /// Cuts to strings; a piece with fewer than two speakable characters joins its neighbour.
  std::vector<std::u32string> join(const std::vector<size_t>& cuts) const {
    std::vector<std::u32string> out;
    std::u32string pending;
    size_t begin = 0;
    auto speakable = [](const std::u32string& s) {
      return std::count_if(s.begin(), s.end(), is_speakable);
    };
    for (size_t end : cuts) {
      std::u32string piece = pending + text_.substr(begin, end - begin);
      begin = end;
      pending.clear();
      if (speakable(piece) >= 2) {
        out.push_back(std::move(piece));
      } else if (!out.empty()) {
        out.back() += piece;
      } else {
        pending = std::move(piece);
      }
    }
    if (!pending.empty()) {
      if (out.empty()) {
        out.push_back(std::move(pending));
      } else {
        out.back() += pending;
      }
    }
    return out;
  }

  std::u32string text_;
  double limit_;
  std::vector<double> sum_;
  std::vector<bool> inside_;  ///< a cut before this character is inside a pair
};

}  // namespace

std::vector<std::string> split_sentences(std::string_view text, size_t max_phones_hint) {
  std::u32string all = decode_utf8(text);
  auto first = std::find_if_not(all.begin(), all.end(), is_space);
  auto last = std::find_if_not(all.rbegin(), all.rend(), is_space).base();
  if (first >= last) return {};
  Splitter splitter(std::u32string(first, last),
                    static_cast<double>(std::max<size_t>(max_phones_hint, 16)));
  std::vector<std::string> out;
  for (const std::u32string& piece : splitter.run()) out.push_back(encode_utf8(piece));
  return out;
}

}  // namespace myna::text
