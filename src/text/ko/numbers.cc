#include "text/ko/numbers.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace myna::text::ko {
namespace {

constexpr std::u32string_view kDigits = U"영일이삼사오육칠팔구";
constexpr std::array<std::u32string_view, 10> kOnes = {U"",     U"한",   U"두",   U"세",   U"네",
                                                       U"다섯", U"여섯", U"일곱", U"여덟", U"아홉"};
constexpr std::array<std::u32string_view, 10> kTens = {U"",   U"열",   U"스물", U"서른", U"마흔",
                                                       U"쉰", U"예순", U"일흔", U"여든", U"아흔"};
/// Names of the places by fours, lowest first.
constexpr std::u32string_view kSmall = U" 십백천", kLarge = U" 만억조";

size_t value_of(char32_t digit) { return digit - U'0'; }

/// The digit's name, which a one before a place name lacks.
std::u32string named(size_t digit, char32_t place, bool keep_one) {
  std::u32string out;
  if (digit > 1 || (digit == 1 && keep_one)) out += kDigits[digit];
  return out + place;
}

}  // namespace

std::u32string number_of_reference(std::u32string_view written, bool native) {
  std::u32string digits(written);
  digits.erase(std::remove(digits.begin(), digits.end(), U','), digits.end());
  if (digits == U"0") return U"영";
  if (native && digits == U"20") return U"스무";
  if (digits.size() > 16) {
    throw Error(ErrorCode::kInvalidText, "a number of more than 16 digits cannot be read; part it",
                "text");
  }
  std::array<std::u32string, 16> words;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t place = digits.size() - 1 - i, digit = value_of(digits[i]);
    if (digit == 0) {
      if (place % 4 != 0) continue;
      bool empty = true;
      for (size_t k = i >= 3 ? i - 3 : 0; k < i; ++k) empty = empty && words[k].empty();
      if (empty) continue;
    }
    if (place == 0) {
      if (digit != 0) words[i] = native ? kOnes[digit] : kDigits.substr(digit, 1);
    } else if (place == 1 && native) {
      words[i] = kTens[digit];
    } else if (place % 4 != 0) {
      words[i] = named(digit, kSmall[place % 4], place >= 8);
    } else {
      words[i] = named(digit, kLarge[place / 4], place >= 8);
    }
  }
  std::u32string out;
  for (const std::u32string& word : words) out += word;
  return out;
}

bool is_native_counter_of_reference(std::u32string_view noun) {
  static constexpr std::u32string_view kNouns =
      U"군데 권 개 그루 닢 대 두 마리 모 모금 뭇 발 발짝 방 번 벌 보루 살 수 술 시 쌈 움큼 정 짝 "
      U"채 척 "
      U"첩 축 켤레 톨 통";
  return kNouns.find(noun) != std::u32string_view::npos;
}

std::u32string digits_one_by_one(std::u32string_view text) {
  std::u32string out;
  for (char32_t c : text) out += c >= U'0' && c <= U'9' ? kDigits[value_of(c)] : c;
  return out;
}

std::u32string sino(std::u32string_view digits) {
  while (digits.size() > 1 && digits[0] == U'0') digits.remove_prefix(1);
  if (digits.size() > 16) return digits_one_by_one(digits);
  if (digits == U"0") return U"영";
  std::u32string out;
  std::u32string group;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t place = digits.size() - 1 - i, digit = value_of(digits[i]);
    if (digit != 0) {
      if (digit > 1 || place % 4 == 0) group += kDigits[digit];
      if (place % 4 != 0) group += kSmall[place % 4];
    }
    if (place % 4 != 0) continue;
    if (place > 0 && !group.empty()) {
      // 만 alone is said without its one at the front of a number.
      if (place == 4 && group == U"일" && out.empty()) group.clear();
      group += kLarge[place / 4];
    }
    out += group;
    group.clear();
  }
  return out;
}

std::u32string native(std::u32string_view digits) {
  if (digits.empty() || digits.size() > 2 || digits[0] == U'0') return sino(digits);
  if (digits == U"20") return U"스무";
  std::u32string out;
  if (digits.size() == 2) out += kTens[value_of(digits[0])];
  return out + std::u32string(kOnes[value_of(digits.back())]);
}

}  // namespace myna::text::ko
