// What normalisers are made of: an ordered list of rewriting steps. A language has one normaliser
// and, for each mode (Myna's own reading, the reference's reading), a list of rules.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/regex.h"

namespace myna::text {

/// Immutable once built; apply() may then be called from many threads.
class RewriteRules {
 public:
  using Read = std::function<std::u16string(const Match&)>;
  using Step = std::function<std::u16string(const std::u16string&)>;

  /// Every match of `pattern` becomes what `read` says.
  void add(std::u16string_view pattern, Read read, bool ignore_case = false);
  /// Every match of `pattern` becomes `text`.
  void add(std::u16string_view pattern, std::u16string text, bool ignore_case = false);
  /// As the first, again and again until nothing matches.
  void add_repeated(std::u16string_view pattern, Read read);
  /// Every `from` becomes `to`, letter by letter.
  void add_literal(std::u16string from, std::u16string to);
  /// Anything else.
  void add_step(Step step) { steps_.push_back({std::move(step), false}); }

  std::u16string apply(std::u16string text) const;

 private:
  struct Entry {
    Step step;
    bool digits_only;  ///< cannot match where there is no digit
  };
  std::vector<Entry> steps_;
};

/// Replaces every `from`.
std::u16string replace_all(std::u16string text, std::u16string_view from, std::u16string_view to);
/// `text` without the characters of `dropped`.
std::u16string without(const std::u16string& text, std::u16string_view dropped);
/// `text` without blanks around it.
std::u16string stripped(const std::u16string& text);

}  // namespace myna::text
