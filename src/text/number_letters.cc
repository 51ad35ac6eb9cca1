#include "text/number_letters.h"

#include <algorithm>
#include <iterator>

#include "text/unicode.h"
#include "text/zh/units.h"

namespace myna::text {
namespace {

using View = std::u32string_view;

template <size_t N>
bool one_of(const View (&words)[N], View word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool any_of(View set, char32_t c) { return set.find(c) != View::npos; }

bool is_unit(View word, char32_t before) {
  static constexpr View kHalves[] = {U"am", U"pm", U"AM", U"PM"};
  if (before == U'°') return word == U"C" || word == U"F";
  return one_of(kHalves, word) || zh::is_unit(to_utf16(word));
}

bool is_currency(View word) {
  static constexpr View kCodes[] = {U"RMB", U"CNY", U"USD", U"EUR", U"GBP",
                                    U"HKD", U"JPY", U"TWD", U"KRW"};
  return one_of(kCodes, word);
}

bool is_data(View word) {
  static constexpr View kWords[] = {U"KB", U"MB", U"GB", U"TB", U"Kbps", U"Mbps", U"Gbps", U"mAh"};
  return one_of(kWords, word);
}

/// A text around a word.
class Place {
 public:
  Place(View text, size_t at) : text_(text), begin_(at), end_(at) {
    if (begin_ > 0 && any_of(U"μµ", text[begin_ - 1])) --begin_;
    while (end_ < text.size() && (is_latin(text[end_]) || any_of(U"²³", text[end_]) || slash(end_)))
      ++end_;
    before_ = begin_;
    while (before_ > 0 && text[before_ - 1] == ' ') --before_;
    after_ = end_;
    while (after_ < text.size() && text[after_] == ' ') ++after_;
  }

  NumberLetters found() const { return {begin_, end_, use()}; }

 private:
  View word() const { return text_.substr(begin_, end_ - begin_); }
  char32_t left() const { return before_ > 0 ? text_[before_ - 1] : U'\0'; }
  bool digit(size_t at) const { return at < text_.size() && is_digit(text_[at]); }
  bool slash(size_t at) const {
    return text_[at] == '/' && at + 1 < text_.size() && is_latin(text_[at + 1]);
  }
  /// Whether a number, or a price (20元/kg), stands before the word.
  bool behind_number() const {
    if (before_ == 0) return false;
    if (left() == '/') return before_ > 1 && any_of(U"元块角毛", text_[before_ - 2]);
    return is_digit(left()) || left() == U'°';
  }
  /// 1V1 holds no unit; 5m2 and 1h30 do.
  bool ends_unit() const {
    const bool raised = word().back() == U'm' && (text_[end_] == '2' || text_[end_] == '3');
    return !digit(end_) || word() == U"h" || raised;
  }
  bool is_sign(bool number) const {
    if (word() == U"x" || word() == U"X") return number && digit(end_);
    static constexpr View kNumber[] = {U"No", U"NO", U"no"};
    if (!one_of(kNumber, word()) || end_ >= text_.size() || text_[end_] != '.') return false;
    return digit(end_ + 1) || (text_.substr(end_ + 1, 1) == U" " && digit(end_ + 2));
  }
  LetterUse use() const {
    const bool number = behind_number();
    if (is_sign(number)) return LetterUse::kSign;
    if (number && ends_unit() && is_unit(word(), left())) return LetterUse::kUnit;
    if ((word() == U"HK" || word() == U"US") && text_.substr(end_, 1) == U"$" && digit(end_ + 1))
      return LetterUse::kDollar;
    if (number && !digit(end_) && is_data(word())) return LetterUse::kData;
    const bool amount = number || digit(after_) || any_of(U"万亿千百", left());
    return amount && is_currency(word()) ? LetterUse::kCurrency : LetterUse::kNone;
  }

  View text_;
  size_t begin_, end_, before_ = 0, after_ = 0;
};

}  // namespace

NumberLetters number_letters(std::u32string_view text, size_t at) {
  return Place(text, at).found();
}

}  // namespace myna::text
