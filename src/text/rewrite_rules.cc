#include "text/rewrite_rules.h"

#include <algorithm>
#include <memory>

#include "text/unicode.h"

namespace myna::text {
namespace {

/// Finds whether every match of a pattern holds a digit: in each alternative something that must be
/// there is \d. Character classes and look-arounds do not count.
class DigitNeed {
 public:
  explicit DigitNeed(std::u16string_view pattern) : pattern_(pattern) {}
  bool alternatives() {
    bool all = sequence();
    while (at_ < pattern_.size() && pattern_[at_] == u'|') {
      ++at_;
      all = sequence() && all;
    }
    return all;
  }

 private:
  bool sequence() {
    bool found = false;
    while (at_ < pattern_.size() && pattern_[at_] != u'|' && pattern_[at_] != u')') {
      const bool needs = item();
      found = (needs && !may_be_left_out()) || found;
    }
    return found;
  }
  bool item() {
    const char16_t c = pattern_[at_++];
    if (c == u'\\') return at_ < pattern_.size() && pattern_[at_++] == u'd';
    if (c == u'[') {
      while (at_ < pattern_.size() && pattern_[at_] != u']') at_ += pattern_[at_] == u'\\' ? 2 : 1;
      ++at_;
      return false;
    }
    if (c != u'(') return false;
    bool counts = true;
    if (at_ < pattern_.size() && pattern_[at_] == u'?') {
      counts = pattern_.substr(at_, 2) == u"?:";
      at_ += 2;
    }
    const bool needs = alternatives();
    ++at_;
    return counts && needs;
  }
  bool may_be_left_out() const {
    return at_ < pattern_.size() &&
           (pattern_[at_] == u'?' || pattern_[at_] == u'*' || pattern_.substr(at_, 2) == u"{0");
  }

  std::u16string_view pattern_;
  size_t at_ = 0;
};

}  // namespace

void RewriteRules::add(std::u16string_view pattern, Read read, bool ignore_case) {
  auto regex = std::make_shared<const Regex>(pattern, ignore_case);
  steps_.push_back({[regex, read = std::move(read)](const std::u16string& text) {
                      return regex->replace(text, read);
                    },
                    DigitNeed(pattern).alternatives()});
}

void RewriteRules::add(std::u16string_view pattern, std::u16string text, bool ignore_case) {
  add(
      pattern, [text = std::move(text)](const Match&) { return text; }, ignore_case);
}

void RewriteRules::add_repeated(std::u16string_view pattern, Read read) {
  auto regex = std::make_shared<const Regex>(pattern);
  add_step([regex, read = std::move(read)](const std::u16string& text) {
    std::u16string out = text;
    while (regex->search(out)) out = regex->replace(out, read);
    return out;
  });
}

void RewriteRules::add_literal(std::u16string from, std::u16string to) {
  add_step([from = std::move(from), to = std::move(to)](const std::u16string& text) {
    return replace_all(text, from, to);
  });
}

std::u16string RewriteRules::apply(std::u16string text) const {
  // No rule makes a digit where there was none.
  const bool digits = std::any_of(text.begin(), text.end(), [](char16_t c) { return is_digit(c); });
  for (const Entry& entry : steps_) {
    if (entry.digits_only && !digits) continue;
    text = entry.step(text);
  }
  return text;
}

std::u16string replace_all(std::u16string text, std::u16string_view from, std::u16string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::u16string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::u16string without(const std::u16string& text, std::u16string_view dropped) {
  std::u16string out;
  for (const char16_t c : text) {
    if (dropped.find(c) == std::u16string_view::npos) out += c;
  }
  return out;
}

std::u16string stripped(const std::u16string& text) {
  size_t first = 0, last = text.size();
  while (first < last && is_space(text[first])) ++first;
  while (last > first && is_space(text[last - 1])) --last;
  return text.substr(first, last - first);
}

}  // namespace myna::text
