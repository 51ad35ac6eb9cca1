#include "text/sentence_stream.h"

#include <algorithm>

#include "text/unicode.h"

namespace myna::text {
namespace {

bool same_style(const Span& a, const Span& b) {
  // A pronounced or interpreted stretch is one word; two of them beside each other stay two.
  return !a.pronunciation && !b.pronunciation && a.say_as == SayAs::kNone &&
         b.say_as == SayAs::kNone && a.language == b.language;
}

bool is_word(const Span& span) { return span.pronunciation || span.say_as != SayAs::kNone; }

}  // namespace

SentenceStream::SentenceStream(UserLexicons lexicons) : lexicons_(std::move(lexicons)) {}

void SentenceStream::push(const Segment& segment) {
  if (segment.kind != Segment::Kind::kText) {
    end_block();
    if (segment.kind == Segment::Kind::kPause && segment.seconds > 0) {
      Sentence pause;
      pause.pause_seconds = segment.seconds;
      ready_.push_back(pause);
    }
    return;
  }
  if (segment.span.text.empty()) return;
  if (segment.rate != rate_) {
    end_block();
    rate_ = segment.rate;
  }
  const std::u32string text = decode_utf8(segment.span.text);
  Span style = segment.span;
  style.text.clear();
  if (styles_.empty() || !same_style(styles_.back(), style)) styles_.push_back(style);
  const auto number = first_style_ + static_cast<uint32_t>(styles_.size() - 1);
  text_ += text;
  owner_.resize(text_.size(), number);
  cutter_.push(text, is_word(style));
  take_pieces();
}

void SentenceStream::finish() { end_block(); }

void SentenceStream::end_block() {
  cutter_.finish();
  take_pieces();
  text_.clear();
  owner_.clear();
  first_style_ += static_cast<uint32_t>(styles_.size());
  styles_.clear();
}

void SentenceStream::take_pieces() {
  size_t at = 0;
  while (auto length = cutter_.next()) {
    Sentence sentence = slice(at, at + *length);
    at += *length;
    if (sentence.spans.empty()) continue;
    sentence.spans = apply_lexicons(lexicons_, std::move(sentence.spans));
    ready_.push_back(std::move(sentence));
  }
  text_.erase(0, at);
  owner_.erase(owner_.begin(), owner_.begin() + static_cast<std::ptrdiff_t>(at));
  while (!owner_.empty() && first_style_ < owner_.front()) {
    styles_.pop_front();
    ++first_style_;
  }
}

Sentence SentenceStream::slice(size_t begin, size_t end) const {
  while (begin < end && is_space(text_[begin])) ++begin;
  while (end > begin && is_space(text_[end - 1])) --end;
  Sentence out;
  out.rate = rate_;
  for (size_t i = begin; i < end;) {
    size_t j = i;
    while (j < end && owner_[j] == owner_[i]) ++j;
    Span span = styles_[owner_[i] - first_style_];
    span.text = encode_utf8(std::u32string_view(text_).substr(i, j - i));
    out.spans.push_back(std::move(span));
    i = j;
  }
  return out;
}

std::optional<Sentence> SentenceStream::next() {
  if (ready_.empty()) return std::nullopt;
  Sentence sentence = std::move(ready_.front());
  ready_.pop_front();
  return sentence;
}

}  // namespace myna::text
