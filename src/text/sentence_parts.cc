// Long sentences into parts of about equal duration.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "text/sentence_marks.h"
#include "text/sentences.h"

namespace myna::text {
namespace {

constexpr double kTolerance = 1.25;  // limits that a part of a long sentence may have
constexpr double kNever = 1e6, kHardly = 1000, kInPair = 40;

/// Words before which a speaker takes breath.
bool is_joint(std::u32string_view word) {
  static constexpr std::array<std::u32string_view, 14> kWords = {
      U"and", U"but",   U"or",    U"because", U"which",  U"that",     U"when",
      U"who", U"while", U"where", U"if",      U"though", U"although", U"so"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

bool SentenceCutter::within_number(size_t at) const {
  auto numeric = [&](size_t i) { return is_digit(text_[i]) || in(U".,:%/-", text_[i]); };
  if (at == 0 || at >= text_.size() || !numeric(at - 1) || !numeric(at)) return false;
  const bool before = is_digit(text_[at - 1]) || (at >= 2 && is_digit(text_[at - 2]));
  return before && (is_digit(text_[at]) || (at + 1 < text_.size() && is_digit(text_[at + 1])));
}

/// Element i: a cut before character begin + i parts a pair that fits into the limit.
std::vector<bool> SentenceCutter::inside_pairs(size_t begin, size_t end) const {
  std::vector<bool> inside(end - begin, false);
  Stack stack;
  for (size_t i = begin; i < end; ++i) {
    const Stack before = in(kClose, text_[i]) || text_[i] == '"' ? stack : Stack();
    update(i, begin, true, &stack);
    if (before.size() <= stack.size()) continue;
    const size_t from = before[stack.size()].at;
    if (span(from, i) > limit_) continue;
    for (size_t k = from + 1; k <= i; ++k) inside[k - begin] = true;
  }
  return inside;
}

/// How bad a cut before character `at` is; 0 at the best of places.
double SentenceCutter::cut_cost(size_t at, size_t begin) const {
  if (glue_[at] == 2) return kNever;
  const char32_t before = text_[at - 1], after = text_[at];
  if (is_space(after)) return kInPair;  // blanks stay with what is before them
  if (within_number(at)) return kHardly;
  if (is_closer(after) && !is_space(before)) return kInPair;
  size_t last = at;
  while (last > begin && is_space(text_[last - 1])) --last;
  const char32_t mark = last > begin ? text_[last - 1] : U' ';
  if (is_end(mark) || in(U"；;", mark)) return 0;
  if (is_clause(mark)) return mark == U'、' ? 1 : 0.3;
  if (is_space(before)) {
    size_t word = at;
    while (word < text_.size() && is_latin(text_[word])) ++word;
    return is_joint(std::u32string_view(text_).substr(at, word - at)) ? 2 : 3;
  }
  if (is_han(before) && is_han(after)) return 5;
  return is_latin(before) && is_latin(after) ? 50 : 8;
}

/// Ends of the parts of [begin, end): as few as the limit allows, alike in duration, cut at the
/// best places (dynamic programming over all places).
std::vector<size_t> SentenceCutter::partition(size_t begin, size_t end) const {
  const double total = span(begin, end);
  if (total <= limit_ || end - begin < 2) return {end};
  const double ideal = total / std::ceil(total / limit_);
  const size_t n = end - begin;
  const std::vector<bool> inside = inside_pairs(begin, end);
  std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
  std::vector<size_t> from(n + 1, 0);
  best[0] = 0;
  for (size_t j = 1; j <= n; ++j) {
    double cut = 0;
    if (j < n) cut = cut_cost(begin + j, begin) + (inside[j] ? kInPair : 0);
    for (size_t i = j; i-- > 0;) {
      const double length = span(begin + i, begin + j);
      if (length > kTolerance * limit_ && i + 1 < j) break;
      const double off = (length - ideal) / ideal;
      const double cost = best[i] + cut + 6 * off * off + (length < 0.3 * ideal ? 20 : 0) +
                          (length > limit_ ? 4 : 0);
      if (cost < best[j]) {
        best[j] = cost;
        from[j] = i;
      }
    }
  }
  std::vector<size_t> cuts;
  for (size_t j = n; j > 0; j = from[j]) cuts.push_back(begin + j);
  std::reverse(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace myna::text
