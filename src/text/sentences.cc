#include "text/sentences.h"

#include <algorithm>
#include <array>

#include "text/frontend.h"
#include "text/sentence_marks.h"

namespace myna::text {
namespace {

constexpr double kWindow = 8;         // limits without a sentence end before a part is cut off
constexpr size_t kMaxPending = 4096;  // characters that wait for a word
constexpr size_t kSlice = 1 << 16;    // characters that are taken in before any are cut off
constexpr size_t kMaxOpen = 64;       // nested pairs that are followed

/// Predicted number of phones of one character, in tenths; duration goes with it.
int64_t weight(char32_t c) {
  if (is_han(c)) return 20;
  if (is_hangul(c)) return 24;
  if (is_kana(c)) return 16;
  if (is_digit(c)) return 35;
  if (is_latin(c)) return 8;
  return is_space(c) ? 1 : 10;
}

/// Abbreviations whose dot ends no sentence.
bool is_abbreviation(std::u32string_view word) {
  static constexpr std::array<std::u32string_view, 24> kWords = {
      U"Mr", U"Mrs", U"Ms",  U"Dr",   U"Prof", U"St",  U"vs",     U"Jr",
      U"Sr", U"No",  U"Mt",  U"Capt", U"Gen",  U"Gov", U"Sen",    U"Rev",
      U"Lt", U"Sgt", U"e.g", U"i.e",  U"cf",   U"fig", U"approx", U"vol"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

SentenceCutter::SentenceCutter(size_t max_phones_hint)
    : limit_(static_cast<double>(std::max<size_t>(max_phones_hint, 16))) {}

void SentenceCutter::push(std::u32string_view text, bool glued) {
  for (size_t i = 0; i < text.size(); ++i) {
    text_.push_back(text[i]);
    glue_.push_back(!glued ? 0 : i == 0 ? 1 : 2);
    sum_.push_back(sum_.back() + (glued ? 10 : weight(text[i])));
    if (i % kSlice == kSlice - 1) process(false);
  }
  process(false);
}

void SentenceCutter::finish() {
  process(true);
  if (pending_ > 0) {
    if (held_ > 0) {
      held_ += pending_;
    } else {
      ready_.push_back(pending_);
    }
    pending_ = pending_letters_ = 0;
  }
  release_held();
  text_.clear();
  glue_.clear();
  sum_ = {0};
  begin_ = 0;
}

std::optional<size_t> SentenceCutter::next() {
  if (ready_.empty()) return std::nullopt;
  size_t length = ready_.front();
  ready_.pop_front();
  return length;
}

void SentenceCutter::process(bool complete) {
  while (begin_ < text_.size()) {
    std::optional<End> end = find_end(complete);
    if (!end) break;
    std::vector<size_t> cuts = partition(begin_, end->at);
    if (end->window && cuts.size() > 1) cuts.pop_back();
    for (size_t cut : cuts) {
      add_piece(begin_, cut);
      begin_ = cut;
    }
  }
  if (!complete && held_ > 0 && next_piece_is_long_enough()) release_held();
  compact();
}

void SentenceCutter::compact() {
  if (begin_ < 4096 || begin_ < text_.size() / 2) return;
  auto drop = static_cast<std::ptrdiff_t>(begin_);
  text_.erase(0, begin_);
  glue_.erase(glue_.begin(), glue_.begin() + drop);
  sum_.erase(sum_.begin(), sum_.begin() + drop);
  begin_ = 0;
}

/// Follows quotes and brackets. A straight quote is an opener or a closer by what stands around it;
/// `from` is where the text that counts as its surroundings starts.
SentenceCutter::Answer SentenceCutter::update(size_t i, size_t from, bool complete,
                                              Stack* stack) const {
  const char32_t c = text_[i];
  if (glue_[i] != 0) return Answer::kYes;
  if (size_t at = kOpen.find(c); at != std::u32string_view::npos) {
    if (stack->size() < kMaxOpen) stack->push_back({kClose[at], i});
    return Answer::kYes;
  }
  const bool straight = c == '"';
  if (!straight && !in(kClose, c)) return Answer::kYes;
  size_t match = stack->size();
  while (match > 0 && (*stack)[match - 1].closer != c) --match;
  if (straight) {
    if (i + 1 >= text_.size() && !complete) return Answer::kUnknown;
    const char32_t before = i > from ? text_[i - 1] : U' ';
    const char32_t after = i + 1 < text_.size() ? text_[i + 1] : U' ';
    const bool opens = (is_space(before) || in(kOpen, before)) && !is_space(after);
    const bool closes = !is_space(before) && !is_speakable(after);
    if (match == 0 && closes) return Answer::kYes;
    if (match == 0 || opens) {
      if (match > 0) stack->resize(match - 1);
      if (stack->size() < kMaxOpen) stack->push_back({c, i});
      return Answer::kYes;
    }
  }
  if (match > 0) stack->resize(match - 1);
  return Answer::kYes;
}

/// Whether one of the pairs open at `from` closes before it outgrows the limit.
SentenceCutter::Answer SentenceCutter::closes_soon(size_t from, Stack stack, bool complete) const {
  size_t open = stack.size();
  for (size_t i = from; i < text_.size(); ++i) {
    if (open == 0 || text_[i] == '\n' || span(stack[open - 1].at, i) > limit_) return Answer::kNo;
    const Stack before = in(kClose, text_[i]) || text_[i] == '"' ? stack : Stack();
    if (update(i, begin_, complete, &stack) == Answer::kUnknown) return Answer::kUnknown;
    if (stack.size() < open && !before.empty()) {
      if (span(before[stack.size()].at, i) <= limit_) return Answer::kYes;
      open = stack.size();
    }
  }
  return complete || open == 0 ? Answer::kNo : Answer::kUnknown;
}

SentenceCutter::Answer SentenceCutter::dot_ends(size_t i, bool complete) const {
  if (i + 1 >= text_.size()) return complete ? Answer::kYes : Answer::kUnknown;
  const char32_t next = text_[i + 1];
  if (!is_space(next) && !is_closer(next) && !is_han(next)) return Answer::kNo;
  size_t from = i;
  while (from > begin_ && is_digit(text_[from - 1])) --from;
  if (from < i) {
    // "1. First": the number of a list.
    while (from > begin_ && is_space(text_[from - 1])) --from;
    return from == begin_ && next == ' ' ? Answer::kNo : Answer::kYes;
  }
  while (from > begin_ && (is_latin(text_[from - 1]) || text_[from - 1] == '.')) --from;
  std::u32string_view word = std::u32string_view(text_).substr(from, i - from);
  if (is_abbreviation(word)) return Answer::kNo;
  const bool initial = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z' && word[0] != 'I';
  if (initial) return Answer::kNo;
  if (word.find('.') == std::u32string_view::npos) return Answer::kYes;
  // "p.m. and": a sentence does not go on in lower case.
  size_t after = i + 1;
  while (after < text_.size() && text_[after] != '\n' &&
         (is_space(text_[after]) || is_closer(text_[after]))) {
    ++after;
  }
  if (after >= text_.size()) return complete ? Answer::kYes : Answer::kUnknown;
  return text_[after] >= 'a' && text_[after] <= 'z' ? Answer::kNo : Answer::kYes;
}

/// Moves `at` over further end marks and closers, then blanks up to a line break.
SentenceCutter::Answer SentenceCutter::absorb(size_t* at, bool* newline, Stack* stack,
                                              bool complete) const {
  bool blanks = false;
  for (;; ++*at) {
    const size_t i = *at;
    if (i >= text_.size()) return complete ? Answer::kYes : Answer::kUnknown;
    const char32_t c = text_[i];
    if (glue_[i] != 0) return Answer::kYes;
    if (c == '\n') {
      *newline = true;
      ++*at;
      return Answer::kYes;
    }
    if (is_space(c)) {
      blanks = true;
    } else if (blanks) {
      return Answer::kYes;
    } else if (is_closer(c)) {
      if (c == '"' && std::none_of(stack->begin(), stack->end(),
                                   [](const Open& o) { return o.closer == '"'; })) {
        if (i + 1 >= text_.size() && !complete) return Answer::kUnknown;
        if (i + 1 < text_.size() && is_speakable(text_[i + 1])) return Answer::kYes;
      }
      if (update(i, begin_, complete, stack) == Answer::kUnknown) return Answer::kUnknown;
    } else if (!is_end(c) && c != '.') {
      return Answer::kYes;
    }
  }
}

/// "Go!" and left: behind a closer a sentence goes on in lower case.
bool SentenceCutter::goes_on(size_t at) const {
  if (at >= text_.size() || text_[at] < 'a' || text_[at] > 'z') return false;
  size_t last = at;
  while (last > begin_ && is_space(text_[last - 1])) --last;
  return last > begin_ && is_closer(text_[last - 1]);
}

std::optional<SentenceCutter::End> SentenceCutter::find_end(bool complete) const {
  Stack stack;
  const size_t n = text_.size();
  for (size_t i = begin_; i < n; ++i) {
    if (span(begin_, i) > kWindow * limit_) {
      size_t reach = begin_;
      while (span(begin_, reach) < kWindow / 2 * limit_) ++reach;
      return End{reach, true};
    }
    if (glue_[i] != 0) continue;
    bool end = is_end(text_[i]);
    if (text_[i] == '.') {
      const Answer answer = dot_ends(i, complete);
      if (answer == Answer::kUnknown) return std::nullopt;
      end = answer == Answer::kYes;
    }
    if (!end) {
      if (update(i, begin_, complete, &stack) == Answer::kUnknown) return std::nullopt;
      continue;
    }
    bool newline = text_[i] == '\n';
    size_t j = i + 1;
    if (!newline && absorb(&j, &newline, &stack, complete) == Answer::kUnknown) return std::nullopt;
    if (!newline && goes_on(j)) {
      i = j - 1;
      continue;
    }
    if (!newline && !stack.empty()) {
      const Answer answer = closes_soon(j, stack, complete);
      if (answer == Answer::kUnknown) return std::nullopt;
      if (answer == Answer::kYes) {
        i = j - 1;
        continue;
      }
    }
    return End{j, false};
  }
  if (!complete) return std::nullopt;
  return End{n, false};
}

void SentenceCutter::add_piece(size_t begin, size_t end) {
  size_t length = end - begin;
  const auto letters = static_cast<size_t>(
      std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                    text_.begin() + static_cast<std::ptrdiff_t>(end), is_speakable));
  const bool newline = text_[end - 1] == '\n';
  // A word with a pronunciation may be a sentence of one character.
  const bool glued = std::any_of(glue_.begin() + static_cast<std::ptrdiff_t>(begin),
                                 glue_.begin() + static_cast<std::ptrdiff_t>(end),
                                 [](uint8_t g) { return g != 0; });
  if (letters < 2 && !glued && held_ > 0 && held_weight_ <= limit_) {
    held_ += length;
    held_weight_ += span(begin, end);
    if (newline) release_held();
    return;
  }
  release_held();
  length += pending_;
  const size_t all_letters = letters + pending_letters_;
  if (all_letters < 2 && !glued && length < kMaxPending) {
    pending_ = length;
    pending_letters_ = all_letters;
    return;
  }
  pending_ = pending_letters_ = 0;
  if (newline) {
    ready_.push_back(length);
  } else {
    held_ = length;
    held_weight_ = span(begin, end);
  }
}

void SentenceCutter::release_held() {
  if (held_ > 0) ready_.push_back(held_);
  held_ = 0;
  held_weight_ = 0;
}

/// Whether two letters come before any mark that could end the next piece.
bool SentenceCutter::next_piece_is_long_enough() const {
  size_t letters = 0;
  for (size_t i = begin_; i < std::min(text_.size(), begin_ + 32); ++i) {
    if (glue_[i] != 0) return true;
    if (is_end(text_[i]) || text_[i] == '.') return false;
    letters += is_speakable(text_[i]);
    if (letters >= 2) return true;
  }
  return false;
}

std::vector<std::string> split_sentences(std::string_view text, size_t max_phones_hint) {
  std::u32string all = decode_utf8(text);
  auto first = std::find_if_not(all.begin(), all.end(), is_space);
  auto last = std::find_if_not(all.rbegin(), all.rend(), is_space).base();
  if (first >= last) return {};
  const std::u32string body(first, last);
  SentenceCutter cutter(max_phones_hint);
  cutter.push(body);
  cutter.finish();
  std::vector<std::string> out;
  size_t at = 0;
  while (auto length = cutter.next()) {
    const std::u32string_view piece = std::u32string_view(body).substr(at, *length);
    at += *length;
    // A last fragment after a line break has no neighbour to come.
    const auto letters = std::count_if(piece.begin(), piece.end(), is_speakable);
    if (letters < 2 && !out.empty()) {
      out.back() += encode_utf8(piece);
    } else {
      out.push_back(encode_utf8(piece));
    }
  }
  return out;
}

}  // namespace myna::text
