#include <algorithm>

#include "text/ja/kana.h"
#include "text/ja/number_rules.h"
#include "text/ja/words.h"

namespace myna::text::ja {
namespace {

constexpr std::string_view kNumber = "数";

bool is_number(const JaWord& w) { return w.group1 == kNumber; }
bool is_comma(const JaWord& w) { return w.text == "，"; }
bool is_point(const JaWord& w) { return w.text == "．" || w.text == "・"; }
bool is_counter(const JaWord& w) { return w.group2 == "助数詞" || w.group1 == "副詞可能"; }
bool is_zero(const JaWord& w) { return w.text == "〇" || w.text == "０"; }
int value_of(const JaWord& w) { return is_number(w) ? digit_of(w.text).value : -1; }

/// Makes `word` a number word; what chains it stays.
void become(JaWord* word, const NumberWord& number, const char* group1) {
  word->text = number.text;
  word->pos = "名詞";
  word->group1 = group1;
  word->group2.clear();
  word->group3.clear();
  word->form.clear();
  word->reading = number.reading;
  word->pronounced = number.pronounced;
  word->accent = number.accent;
  word->moras = number.moras;
  word->chain_rule = number.chain_rule;
}
void become_date(JaWord* word, const NumberWord& number) { become(word, number, "副詞可能"); }

void silence(JaWord* word) {
  word->pronounced.clear();
  word->accent = 0;
  word->moras = 0;
}

/// Turns runs of digits into number words.
class Runs {
 public:
  Runs(std::vector<JaWord>* words, bool grouped)
      : words_(*words), after_(words->size()), gone_(words->size()), grouped_(grouped) {}

  void convert() {
    const size_t n = words_.size();
    for (size_t i = 0; i < n;) {
      size_t end = i;
      while (end < n && in_run(&words_[end])) ++end;
      if (end > i) {
        spelled_ = grouped_ && in_spelled_group(i, end);
        run(i, end - 1);
      }
      i = std::max(end, i + 1);
    }
    std::vector<JaWord> out;
    for (size_t i = 0; i < n; ++i) {
      if (!gone_[i]) out.push_back(std::move(words_[i]));
      for (JaWord& word : after_[i]) out.push_back(std::move(word));
    }
    words_ = std::move(out);
    remove_silent(&words_);
  }

 private:
  /// Whether the word is a digit (then written as one) or a mark inside numbers.
  static bool in_run(JaWord* word) {
    if (!is_number(*word)) return false;
    const Digit digit = digit_of(word->text);
    if (digit.value >= 0) word->text = digit.text;
    return digit.value >= 0 || is_comma(*word) || is_point(*word);
  }

  /// The run [first, last]: numbers with their commas, decimals, strings of digits.
  void run(size_t first, size_t last) {
    while (true) {
      while (is_comma(words_[first]) || is_point(words_[first])) {
        if (first++ == last) return;
      }
      size_t end = first;  // the last digit before a point
      while (end != last && !is_point(words_[end + 1])) ++end;
      while (end != first && is_comma(words_[end])) --end;
      const size_t converted = number(first, end);
      if (converted == last) return;
      first = converted + 1;
    }
  }

  /// Whether [begin, end), or a number that の joins to it, is digits that start with nought. No
  /// telephone number has more than four parts.
  bool in_spelled_group(size_t begin, size_t end) {
    constexpr int kParts = 4;
    const auto joins = [&](size_t i) { return i < words_.size() && words_[i].text == "の"; };
    for (int k = 1; k < kParts && begin >= 2 && joins(begin - 1) && in_run(&words_[begin - 2]);
         ++k) {
      begin -= 2;
      while (begin > 0 && in_run(&words_[begin - 1])) --begin;
    }
    for (size_t i = begin, k = 0; i < words_.size() && k < 2 * kParts; i = end + 1, ++k) {
      end = i;
      while (end < words_.size() && in_run(&words_[end])) ++end;
      if (end - i > 1 && is_zero(words_[i])) return true;
      if (end == i || !joins(end)) return false;
    }
    return false;
  }

  enum class Kind { kQuantity, kUnclear, kDigits };

  /// Converts the number, or its part before the first comma; returns its last word.
  size_t number(size_t first, size_t last) {
    Kind kind = Kind::kQuantity;
    size_t commas = 0, first_comma = 0;
    for (size_t i = last + 1, place = 0; i-- > first; ++place) {
      const bool comma = is_comma(words_[i]);
      if (comma) {
        first_comma = i;
        ++commas;
      }
      if (comma != (place % 4 == 3)) kind = Kind::kUnclear;
    }
    if (first != last && (value_of(words_[first]) == 0 || spelled_)) kind = Kind::kDigits;
    if (kind == Kind::kQuantity && commas > 0) {
      for (size_t i = first; i < last; ++i) gone_[i] = is_comma(words_[i]);
      quantity(first, last);
      return last;
    }
    const size_t end = commas == 0 ? last : first_comma - 1;
    if (kind != Kind::kDigits) kind = score(first, end) >= 0 ? Kind::kQuantity : Kind::kDigits;
    if (kind == Kind::kQuantity) {
      quantity(first, end);
    } else {
      digits(first, end);
    }
    return end;
  }

  /// Signs for a quantity (not negative) or a string of digits around [first, last].
  int score(size_t first, size_t last) const {
    int out = 0;
    if (first > 0) {
      const JaWord& before = words_[first - 1];
      if (before.group1 == "数接続") out += 2;
      if (is_counter(before)) out += 1;
      if (is_point(before) && first > 1 && is_number(words_[first - 2])) out -= 5;
      if (before.text == "番号") out -= 2;
      if (first > 1 && words_[first - 2].text == "番号") out -= 2;
    }
    if (last + 1 < words_.size()) {
      const JaWord& next = words_[last + 1];
      if (is_counter(next)) out += 2;
      if (next.text == "番号") out -= 2;
      if (is_point(next)) out += 4;
    }
    return out;
  }

  /// Pairs of digits, each pair a phrase.
  void digits(size_t first, size_t last) {
    if (first == last) return;
    for (size_t i = first; i <= last; ++i) {
      JaWord& word = words_[i];
      const char* spoken = is_zero(word)       ? "ゼロ"
                           : word.text == "二" ? "ニー"
                           : word.text == "五" ? "ゴー"
                                               : nullptr;
      if (spoken != nullptr) {
        word.pronounced = spoken;
        word.moras = 2;
      }
      word.chain_rule.clear();
      word.chained = (i - first) % 2 == 0 ? 0 : 1;
      if (word.chained == 1) words_[i - 1].accent = 3;
    }
  }

  void insert(size_t after, const NumberWord& number) {
    JaWord word;
    become(&word, number, "数");
    word.begin = word.end = words_[after].end;
    after_[after].push_back(std::move(word));
  }

  /// 2024 -> 二 千 二 十 四
  void quantity(size_t first, size_t last) {
    size_t left = 0;
    for (size_t i = first; i <= last; ++i) left += !gone_[i];
    if (left < 2 || (left - 1) / 4 > kLargestPower) return;
    bool spoken = false;  // anything of this group of four
    for (size_t i = first; i <= last; ++i) {
      if (gone_[i]) continue;
      --left;
      JaWord& word = words_[i];
      const int value = value_of(word);
      const size_t exponent = left % 4;
      if (value == 0) {
        silence(&word);
      } else {
        spoken = true;
        if (exponent > 0 && value == 1) {
          become(&word, power_of_ten(exponent), "数");
        } else if (exponent > 0) {
          insert(i, power_of_ten(exponent));
        }
      }
      if (exponent == 0) {
        if (spoken && left > 0) insert(i, power_of_10000(left / 4));
        spoken = false;
      }
    }
  }

  std::vector<JaWord>& words_;
  std::vector<std::vector<JaWord>> after_;  ///< new words behind each
  std::vector<bool> gone_;
  const bool grouped_;
  bool spelled_ = false;  ///< the run is a part of such a group
};

/// The decimal point, and digits before it.
void read_points(std::vector<JaWord>* words) {
  static constexpr NumberWord kPoint = {"．", "テン", "テン", 0, 2};
  for (size_t i = 1; i + 1 < words->size(); ++i) {
    JaWord& before = (*words)[i - 1];
    JaWord& word = (*words)[i];
    if (!is_point(word) || !is_number(before) || !is_number((*words)[i + 1])) continue;
    become(&word, kPoint, "接尾");
    word.group2 = "助数詞";
    word.chained = 1;
    const char* spoken = is_zero(before)       ? "レー"
                         : before.text == "二" ? "ニー"
                         : before.text == "五" ? "ゴー"
                                               : nullptr;
    if (spoken != nullptr) {
      before.pronounced = spoken;
      before.moras = 2;
    } else if (before.text == "六") {
      before.accent = 1;
    }
    while (i < words->size() && (*words)[i].pos == "名詞") ++i;  // the decimals
  }
}

void change_sound(Sound sound, JaWord* word) {
  if (sound == Sound::kVoiced) word->pronounced = voiced(word->pronounced);
  if (sound == Sound::kSemivoiced) word->pronounced = semivoiced(word->pronounced);
}

void change_digit(std::span<const DigitSound> sounds, JaWord* digit) {
  for (const DigitSound& sound : sounds) {
    if (sound.text != digit->text) continue;
    digit->pronounced = sound.pronounced;
    digit->accent = sound.accent;
    digit->moras = sound.moras;
    return;
  }
}

void join_counters(std::vector<JaWord>* words) {
  for (size_t i = 1; i < words->size(); ++i) {
    JaWord& before = (*words)[i - 1];
    JaWord& word = (*words)[i];
    if (!is_number(before) || !is_counter(word)) continue;
    change_digit(digits_before_counter(word.text), &before);
    change_sound(counter_sound(word.text, before.text), &word);
    before.chained = 0;
    word.chained = 1;
  }
}

void join_powers(std::vector<JaWord>* words) {
  for (size_t i = 1; i < words->size(); ++i) {
    JaWord& before = (*words)[i - 1];
    JaWord& word = (*words)[i];
    if (!is_number(before)) continue;
    if (is_number(word)) {
      if (listed(kDigitsBeforePowers, before.text) && is_power(word.text)) {
        before.chained = 0;
        word.chained = 1;
      } else if (is_power(before.text) && listed(kDigitsBeforePowers, word.text)) {
        word.chained = 0;
      }
    }
    change_digit(digits_before_power(word.text), &before);
    change_sound(power_sound(word.text, before.text), &word);
  }
}

/// ヒト, フタ; 一人; the first ten days. `before` may be null.
void read_irregular(const JaWord* before, JaWord* digit, JaWord* counter) {
  if (counts_natively(counter->text, counter->reading)) {
    if (digit->text == "一" || digit->text == "二") {
      digit->reading = digit->pronounced = digit->text == "一" ? "ヒト" : "フタ";
      digit->accent = 0;
      digit->moras = 2;
    }
  }
  const NumberWord* word = nullptr;
  if (counter->text == "人") {
    word = people(digit->text);
  } else if (counter->text == "日") {
    const bool first =
        before != nullptr && before->text.find("月") != std::string::npos && digit->text == "一";
    word = first ? &kFirstOfMonth : day_of_month(digit->text);
  } else if (counter->text == "日間") {
    word = days(digit->text);
  }
  if (word == nullptr) return;
  become_date(digit, *word);
  counter->pronounced.clear();
}

void read_irregulars(std::vector<JaWord>* words) {
  for (size_t i = 0; i + 1 < words->size(); ++i) {
    const JaWord* before = i > 0 ? &(*words)[i - 1] : nullptr;
    if (!is_number((*words)[i]) || !is_counter((*words)[i + 1])) continue;
    if (before != nullptr && before->pos != "記号" && is_number(*before)) continue;
    read_irregular(before, &(*words)[i], &(*words)[i + 1]);
  }
}

/// 十四日, 二十日, 二十四日.
void read_later_days(std::vector<JaWord>* words) {
  const size_t n = words->size();
  auto text = [&](size_t i) { return i < n ? std::string_view((*words)[i].text) : ""; };
  auto is_day = [&](size_t i) { return text(i) == "日" || text(i) == "日間"; };
  for (size_t i = 0; i + 2 < n; ++i) {
    JaWord* word = &(*words)[i];
    if (i > 0 && is_number(word[-1])) continue;
    if (text(i) == "十" && text(i + 1) == "四" && is_day(i + 2)) {
      become_date(word, day_words(text(i + 2) == "日間").fourteen);
      word[1].pronounced.clear();
      word[2].pronounced.clear();
    } else if (text(i) == "二" && text(i + 1) == "十" && is_day(i + 2)) {
      become_date(word, day_words(text(i + 2) == "日間").twenty);
      word[1].pronounced.clear();
      word[2].pronounced.clear();
    } else if (text(i) == "二" && text(i + 1) == "十" && text(i + 2) == "四" && is_day(i + 3)) {
      become_date(word, kTwenty);
      become_date(&word[1], day_words(text(i + 3) == "日間").four);
      word[1].chained = 0;
      word[2].pronounced.clear();
      word[3].pronounced.clear();
    }
  }
}

}  // namespace

void set_digits(std::vector<JaWord>* words, bool grouped) {
  if (std::none_of(words->begin(), words->end(), is_number)) return;
  Runs(words, grouped).convert();
  read_points(words);
  join_counters(words);
  join_powers(words);
  read_irregulars(words);
  read_later_days(words);
  remove_silent(words);
}

}  // namespace myna::text::ja
