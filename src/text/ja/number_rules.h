// Tables of Japanese numbers: digits, powers of ten, and what digits and counters do to each
// other's sounds. The data are those of Open JTalk.
#pragma once

#include <span>
#include <string_view>

namespace myna::text::ja {

/// A digit, a power or a whole number word as it is read.
struct NumberWord {
  std::string_view text, reading, pronounced;
  int accent, moras;
  std::string_view chain_rule = {};
};

/// Whether the blank-separated `list` holds `word`.
bool listed(std::string_view list, std::string_view word);

/// Value of a digit however it is written, and how it is written in a number; -1 when it is none.
struct Digit {
  int value = -1;
  std::string_view text;
};
Digit digit_of(std::string_view text);

/// 十, 百, 千 for 1 to 3.
const NumberWord& power_of_ten(size_t exponent);
/// 万, 億 ... for 1 to 17.
const NumberWord& power_of_10000(size_t exponent);
inline constexpr size_t kLargestPower = 17;
inline constexpr std::string_view kDigitsBeforePowers = "一 二 三 四 五 六 七 八 九 何 幾 数";
/// Whether `text` is one of the powers.
bool is_power(std::string_view text);

/// What digits are before the counters of a class.
struct DigitSound {
  std::string_view text, pronounced;
  int accent, moras;
};
/// Empty when `counter` changes nothing.
std::span<const DigitSound> digits_before_counter(std::string_view counter);
/// Before 百, 千 and 兆.
std::span<const DigitSound> digits_before_power(std::string_view power);

enum class Sound { kPlain, kVoiced, kSemivoiced };
/// How a counter starts after `digit`: 三本 is サンボン, 六本 ロッポン.
Sound counter_sound(std::string_view counter, std::string_view digit);
/// The same of 百 and 千.
Sound power_sound(std::string_view power, std::string_view digit);

/// Whether 一 and 二 are ヒト and フタ before this counter with this reading.
bool counts_natively(std::string_view counter, std::string_view reading);

/// 一人 ... and 一日 ... and 一日間 ... by their digit; nullptr when they are regular.
const NumberWord* people(std::string_view digit);
const NumberWord* day_of_month(std::string_view digit);
const NumberWord* days(std::string_view digit);
/// ツイタチ; 十四日, 二十日, 二十 and 四日 of 二十四日, and the same with 間.
struct DayWords {
  NumberWord fourteen, twenty, four;
};
extern const NumberWord kFirstOfMonth, kTwenty;
const DayWords& day_words(bool span);

}  // namespace myna::text::ja
