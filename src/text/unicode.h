// Code points: decoding with the place of an error, classes of characters, and regular expressions
// (ICU's, because the standard ones recurse and know no Unicode).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text {

/// UTF-8 -> code points. Throws Error(kInvalidText) naming the byte offset of the first bad byte
/// (stray or missing continuation, overlong form, surrogate, beyond U+10FFFF).
std::u32string decode_utf8(std::string_view text);
std::string encode_utf8(std::u32string_view text);
std::string encode_utf8(char32_t c);
std::u16string to_utf16(std::u32string_view text);
std::u16string to_utf16(std::string_view utf8);
std::u32string to_utf32(std::u16string_view text);
std::string to_utf8(std::u16string_view text);

bool is_han(char32_t c);  ///< ideographs of all planes and 〇
bool is_kana(char32_t c);
bool is_hangul(char32_t c);
bool is_latin(char32_t c);   ///< letters of Latin script, accented ones included
bool is_digit(char32_t c);   ///< decimal digit of any script
bool is_letter(char32_t c);  ///< letter or mark of any script
bool is_space(char32_t c);
/// Unicode numeric value property, as Python's str.isnumeric (一 ½ ① included).
bool is_numeric(char32_t c);

/// Canonical decomposition, and the same without combining marks ("é" -> "e").
std::u32string decompose(std::u32string_view text);
std::u32string strip_marks(std::u32string_view text);
/// Compatibility composition (full-width -> ASCII, ligatures, ...).
std::u32string compatibility_compose(std::u32string_view text);
/// As Python's str.lower() of one character.
std::u32string lower_case(char32_t c);

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
