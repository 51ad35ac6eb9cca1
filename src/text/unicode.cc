#include "text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/error.h"

namespace myna::text {
namespace {

struct Range {
  char32_t first, last;
};

template <size_t N>
bool in(const Range (&ranges)[N], char32_t c) {
  const Range* found = std::lower_bound(std::begin(ranges), std::end(ranges), c,
                                        [](const Range& r, char32_t x) { return r.last < x; });
  return found != std::end(ranges) && found->first <= c;
}

/// Letters of Latin script beyond ASCII, up to U+FFFF (Unicode 15).
constexpr Range kLatin[] = {{0xAA, 0xAA},     {0xBA, 0xBA},     {0xC0, 0xD6},     {0xD8, 0xF6},
                            {0xF8, 0x2B8},    {0x2E0, 0x2E4},   {0x1D00, 0x1D25}, {0x1D2C, 0x1D5C},
                            {0x1D62, 0x1D65}, {0x1D6B, 0x1D77}, {0x1D79, 0x1DBE}, {0x1E00, 0x1EFF},
                            {0x2071, 0x2071}, {0x207F, 0x207F}, {0x2090, 0x209C}, {0x212A, 0x212B},
                            {0x2132, 0x2132}, {0x214E, 0x214E}, {0x2183, 0x2184}, {0x2C60, 0x2C7F},
                            {0xA722, 0xA787}, {0xA78B, 0xA7CA}, {0xA7D0, 0xA7D1}, {0xA7D3, 0xA7D3},
                            {0xA7D5, 0xA7D9}, {0xA7F2, 0xA7FF}, {0xAB30, 0xAB5A}, {0xAB5C, 0xAB64},
                            {0xAB66, 0xAB69}, {0xFB00, 0xFB06}, {0xFF21, 0xFF3A}, {0xFF41, 0xFF5A}};

/// Digits in rings, raised, lowered and of scripts that count without a zero.
constexpr Range kOtherDigits[] = {
    {0xB2, 0xB3},       {0xB9, 0xB9},       {0x1369, 0x1371},   {0x19DA, 0x19DA},
    {0x2070, 0x2070},   {0x2074, 0x2079},   {0x2080, 0x2089},   {0x2460, 0x2468},
    {0x2474, 0x247C},   {0x2488, 0x2490},   {0x24EA, 0x24EA},   {0x24F5, 0x24FD},
    {0x24FF, 0x24FF},   {0x2776, 0x277E},   {0x2780, 0x2788},   {0x278A, 0x2792},
    {0x10A40, 0x10A43}, {0x10E60, 0x10E68}, {0x11052, 0x1105A}, {0x1F100, 0x1F10A}};

/// Han characters with a numeric value, in order.
constexpr std::u32string_view kHanNumbers =
    U"㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐"
    U"拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\uF96B\uF973\uF978\uF9B2\uF9D1\uF9D3\uF9FD\U00020001"
    U"\U00020064\U000200E2\U00020121\U0002092A\U00020983\U0002098C\U0002099C\U00020AEA"
    U"\U00020AFD\U00020B19\U00022390\U00022998\U00023B1B\U0002626D\U0002F890";

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool is_number(utf8proc_category_t c) {
  return c == UTF8PROC_CATEGORY_ND || c == UTF8PROC_CATEGORY_NL || c == UTF8PROC_CATEGORY_NO;
}

bool is_plain_letter(utf8proc_category_t c) {
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

/// Decomposed text, composed again where `options` say so.
std::u32string normalized(std::u32string_view text, int options) {
  const std::string utf8 = encode_utf8(text);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  const auto flags = static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE);
  const auto decompose = [&](std::vector<utf8proc_int32_t>* out) {
    const auto size =
        utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(utf8.size()), out->data(),
                           static_cast<utf8proc_ssize_t>(out->size()), flags);
    if (size < 0)
      throw Error(ErrorCode::kInternal,
                  std::string("Unicode normalisation failed: ") + utf8proc_errmsg(size));
    return static_cast<size_t>(size);
  };
  std::vector<utf8proc_int32_t> buffer(utf8.size() + 16);
  const size_t needed = decompose(&buffer);
  if (needed > buffer.size()) {
    buffer.resize(needed);
    decompose(&buffer);
  }
  auto size = static_cast<utf8proc_ssize_t>(needed);
  if ((options & UTF8PROC_COMPOSE) != 0)
    size = utf8proc_normalize_utf32(buffer.data(), size, flags);
  return {buffer.begin(), buffer.begin() + size};
}

}  // namespace

std::string encode_utf8(char32_t c) { return encode_utf8(std::u32string_view(&c, 1)); }

std::u16string to_utf16(std::u32string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (char32_t c : text) {
    if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + (c & 0x3FF)));
    }
  }
  return out;
}

std::u16string to_utf16(std::string_view utf8) { return to_utf16(decode_utf8(utf8)); }

std::u32string to_utf32(std::u16string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 &&
        text[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00);
    }
    out.push_back(c);
  }
  return out;
}

std::string to_utf8(std::u16string_view text) { return encode_utf8(to_utf32(text)); }

bool is_han(char32_t c) {
  return c == 0x3007 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

bool is_kana(char32_t c) {
  return (c >= 0x3041 && c <= 0x3096) || (c >= 0x309D && c <= 0x309F) ||
         (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x30FC && c <= 0x30FF) ||
         (c >= 0x31F0 && c <= 0x31FF) || (c >= 0xFF66 && c <= 0xFF9F);
}

bool is_hangul(char32_t c) {
  return (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x1100 && c <= 0x11FF) ||
         (c >= 0x3130 && c <= 0x318F);
}

bool is_latin(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return in(kLatin, c);
}

bool is_digit(char32_t c) {
  return c < 0x80 ? c >= '0' && c <= '9' : category(c) == UTF8PROC_CATEGORY_ND;
}

bool is_letter(char32_t c) {
  const utf8proc_category_t kind = category(c);
  return is_plain_letter(kind) || (kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME);
}

bool is_space(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_numeric(char32_t c) {
  return is_number(category(c)) || std::binary_search(kHanNumbers.begin(), kHanNumbers.end(), c);
}

bool is_any_digit(char32_t c) { return is_digit(c) || in(kOtherDigits, c); }

bool is_letter_or_number(char32_t c) {
  const utf8proc_category_t kind = category(c);
  return is_plain_letter(kind) || is_number(kind);
}

bool is_small(char32_t c) {
  const utf8proc_category_t kind = category(c);
  return kind == UTF8PROC_CATEGORY_LL || kind == UTF8PROC_CATEGORY_LT ||
         utf8proc_toupper(static_cast<utf8proc_int32_t>(c)) != static_cast<utf8proc_int32_t>(c);
}

char32_t plain_digit(char32_t c) {
  if (!is_digit(c)) return c;
  // Digits stand ten by ten, and the first of them is a zero.
  char32_t before = 0;
  while (is_digit(c - before - 1)) ++before;
  return U'0' + before % 10;
}

std::u32string decompose(std::u32string_view text) { return normalized(text, UTF8PROC_DECOMPOSE); }

std::u32string strip_marks(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : decompose(text)) {
    if (category(c) != UTF8PROC_CATEGORY_MN) out.push_back(c);
  }
  return out;
}

std::u32string compatibility_compose(std::u32string_view text) {
  return normalized(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

char32_t simple_lower_case(char32_t c) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

std::u32string lower_case(char32_t c) {
  if (c == 0x130) return U"i\u0307";
  return {simple_lower_case(c)};
}

}  // namespace myna::text
