// Regular expressions over UTF-16 (PCRE2, because the standard ones recurse and know no Unicode).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace myna::text {

/// One match; groups are views into the searched text.
class Match {
 public:
  std::u16string group(int n) const;
  bool has(int n) const { return groups_[n].first >= 0; }
  int begin(int n = 0) const { return groups_[n].first; }
  int end(int n = 0) const { return groups_[n].second; }
  std::u16string_view text() const { return text_; }

 private:
  friend class Regex;
  std::u16string_view text_;
  std::vector<std::pair<int, int>> groups_;
};

/// A compiled pattern. Immutable; may be used from many threads. Searches keep their state on the
/// heap, so that long text cannot overflow the stack.
///
/// Patterns are Perl's: \d a decimal digit of any script, \s white space, \w and \b by letters,
/// marks, digits and connectors (² and ½ are no word characters); `.` and `$` know every line end
/// of Unicode; each alternative of a look-behind has one length. After an empty match the search
/// goes on at the next character.
class Regex {
 public:
  explicit Regex(std::u16string_view pattern, bool ignore_case = false);
  ~Regex();
  Regex(Regex&&) noexcept;

  /// Replaces every match by what `replace` returns.
  std::u16string replace(const std::u16string& text,
                         const std::function<std::u16string(const Match&)>& replace) const;
  std::u16string replace(const std::u16string& text, std::u16string_view replacement) const;
  bool search(const std::u16string& text, Match* match = nullptr, int from = 0) const;
  bool full_match(const std::u16string& text, Match* match = nullptr) const;
  std::vector<Match> find_all(const std::u16string& text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace myna::text
