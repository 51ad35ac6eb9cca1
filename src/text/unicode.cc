#include "text/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "base/error.h"

namespace myna::text {
namespace {

[[noreturn]] void bad_byte(size_t offset) {
  throw Error(ErrorCode::kInvalidText, "the text is not valid UTF-8 at byte offset " +
                                           std::to_string(offset) + "; save it as UTF-8");
}

void check(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) {
    throw Error(ErrorCode::kInternal, std::string(what) + ": " + u_errorName(status));
  }
}

icu::UnicodeString to_icu(std::u32string_view text) {
  return icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()),
                                       static_cast<int32_t>(text.size()));
}

std::u32string from_icu(const icu::UnicodeString& text) {
  return to_utf32(std::u16string_view(text.getBuffer(), static_cast<size_t>(text.length())));
}

std::u32string normalized(const icu::Normalizer2* form, std::u32string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString out = form->normalize(to_icu(text), status);
  check(status, "Unicode normalisation failed");
  return from_icu(out);
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80   ? 1
                    : lead < 0xC2 ? 0
                    : lead < 0xE0 ? 2
                    : lead < 0xF0 ? 3
                    : lead < 0xF5 ? 4
                                  : 0;
    if (length == 0) bad_byte(i);
    char32_t c = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      if (i + k >= text.size() || (static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80)
        bad_byte(i);
      c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < kLeast[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) bad_byte(i);
    out.push_back(c);
    i += length;
  }
  return out;
}

std::string encode_utf8(char32_t c) { return encode_utf8(std::u32string_view(&c, 1)); }

std::string encode_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (char32_t c : text) {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      out.push_back(static_cast<char>(0xC0 | c >> 6));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | c >> 12));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
      out.push_back(static_cast<char>(0xF0 | c >> 18));
      out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3F)));
      out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
  }
  return out;
}

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
  UErrorCode status = U_ZERO_ERROR;
  return c < 0x10000 && u_isalpha(static_cast<UChar32>(c)) &&
         uscript_getScript(static_cast<UChar32>(c), &status) == USCRIPT_LATIN;
}

bool is_digit(char32_t c) {
  return c < 0x80 ? c >= '0' && c <= '9' : u_isdigit(static_cast<UChar32>(c)) != 0;
}

bool is_letter(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
}

bool is_space(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) || (c >= 0x1C && c <= 0x1F);
}

bool is_numeric(char32_t c) {
  return u_getNumericValue(static_cast<UChar32>(c)) != U_NO_NUMERIC_VALUE;
}

std::u32string decompose(std::u32string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  return normalized(icu::Normalizer2::getNFDInstance(status), text);
}

std::u32string strip_marks(std::u32string_view text) {
  std::u32string out;
  for (char32_t c : decompose(text)) {
    if (u_charType(static_cast<UChar32>(c)) != U_NON_SPACING_MARK) out.push_back(c);
  }
  return out;
}

std::u32string compatibility_compose(std::u32string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  return normalized(icu::Normalizer2::getNFKCInstance(status), text);
}

std::u32string lower_case(char32_t c) {
  if (c == 0x130) return U"i\u0307";
  return {static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)))};
}

struct Regex::Impl {
  std::unique_ptr<icu::RegexPattern> pattern;

  /// A matcher over `text`, which must outlive it; no copy is made.
  std::unique_ptr<icu::RegexMatcher> matcher(const std::u16string& text,
                                             icu::UnicodeString* holder) const {
    holder->setTo(false, text.data(), static_cast<int32_t>(text.size()));
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::RegexMatcher> out(pattern->matcher(*holder, status));
    check(status, "regular expression failed");
    return out;
  }
};

namespace {

void fill(icu::RegexMatcher& matcher, std::vector<std::pair<int, int>>* groups) {
  UErrorCode status = U_ZERO_ERROR;
  groups->resize(static_cast<size_t>(matcher.groupCount()) + 1);
  for (int g = 0; g < static_cast<int>(groups->size()); ++g) {
    (*groups)[static_cast<size_t>(g)] = {matcher.start(g, status), matcher.end(g, status)};
  }
  check(status, "regular expression failed");
}

}  // namespace

std::u16string Match::group(int n) const {
  auto [from, to] = groups_[static_cast<size_t>(n)];
  if (from < 0) return {};
  return std::u16string(text_.substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

Regex::Regex(std::u16string_view pattern, bool ignore_case) : impl_(std::make_unique<Impl>()) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString source(pattern.data(), static_cast<int32_t>(pattern.size()));
  impl_->pattern.reset(
      icu::RegexPattern::compile(source, ignore_case ? UREGEX_CASE_INSENSITIVE : 0, status));
  if (U_FAILURE(status)) {
    throw Error(ErrorCode::kInternal, std::string("bad pattern: ") + u_errorName(status),
                to_utf8(pattern));
  }
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

std::vector<Match> Regex::find_all(const std::u16string& text) const {
  icu::UnicodeString holder;
  auto matcher = impl_->matcher(text, &holder);
  std::vector<Match> out;
  UErrorCode status = U_ZERO_ERROR;
  while (matcher->find(status)) {
    Match match;
    match.text_ = text;
    fill(*matcher, &match.groups_);
    out.push_back(std::move(match));
  }
  check(status, "regular expression failed");
  return out;
}

std::u16string Regex::replace(const std::u16string& text,
                              const std::function<std::u16string(const Match&)>& replace) const {
  std::vector<Match> matches = find_all(text);
  if (matches.empty()) return text;
  std::u16string out;
  size_t done = 0;
  for (const Match& match : matches) {
    out.append(text, done, static_cast<size_t>(match.begin()) - done);
    out += replace(match);
    done = static_cast<size_t>(match.end());
  }
  out.append(text, done, std::u16string::npos);
  return out;
}

std::u16string Regex::replace(const std::u16string& text, std::u16string_view replacement) const {
  return replace(text, [&](const Match&) { return std::u16string(replacement); });
}

bool Regex::search(const std::u16string& text, Match* match, int from) const {
  icu::UnicodeString holder;
  auto matcher = impl_->matcher(text, &holder);
  UErrorCode status = U_ZERO_ERROR;
  bool found = matcher->find(from, status);
  check(status, "regular expression failed");
  if (found && match != nullptr) {
    match->text_ = text;
    fill(*matcher, &match->groups_);
  }
  return found;
}

bool Regex::full_match(const std::u16string& text, Match* match) const {
  icu::UnicodeString holder;
  auto matcher = impl_->matcher(text, &holder);
  UErrorCode status = U_ZERO_ERROR;
  bool found = matcher->matches(status);
  check(status, "regular expression failed");
  if (found && match != nullptr) {
    match->text_ = text;
    fill(*matcher, &match->groups_);
  }
  return found;
}

}  // namespace myna::text
