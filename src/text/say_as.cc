#include "text/say_as.h"

#include "text/say_as_words.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

struct Name {
  const char* name;
  SayAs kind;
};
constexpr Name kNames[] = {{"cardinal", SayAs::kCardinal},    {"number", SayAs::kCardinal},
                           {"ordinal", SayAs::kOrdinal},      {"characters", SayAs::kCharacters},
                           {"spell-out", SayAs::kCharacters}, {"verbatim", SayAs::kCharacters},
                           {"digits", SayAs::kCharacters},    {"date", SayAs::kDate},
                           {"telephone", SayAs::kTelephone}};

/// Full-width signs and digits become ASCII, blanks around go.
std::string plain(const std::string& text) {
  std::u32string out = compatibility_compose(decode_utf8(text));
  while (!out.empty() && is_space(out.front())) out.erase(out.begin());
  while (!out.empty() && is_space(out.back())) out.pop_back();
  return encode_utf8(out);
}

bool is_digit_byte(char c) { return c >= '0' && c <= '9'; }

std::optional<SaidNumber> number_of(const std::string& text, bool ordinal) {
  std::string s = plain(text);
  SaidNumber out;
  if (ordinal && s.size() > 2) {
    const std::string tail = s.substr(s.size() - 2);
    if (tail == "st" || tail == "nd" || tail == "rd" || tail == "th") s.resize(s.size() - 2);
  }
  if (!s.empty() && (s[0] == '-' || s[0] == '+') && !ordinal) {
    out.negative = s[0] == '-';
    s.erase(0, 1);
  }
  for (size_t i = 0; i < s.size(); ++i) {
    if (is_digit_byte(s[i])) {
      out.digits += s[i];
    } else if (s[i] == '.' && !ordinal && !out.fraction && i > 0 && i + 1 < s.size()) {
      out.fraction = true;
      out.digits += '.';
    } else if ((s[i] != ',' && s[i] != ' ') || i == 0 || i + 1 == s.size() || out.fraction) {
      return std::nullopt;
    }
  }
  if (out.digits.empty() || out.digits.size() > 400) return std::nullopt;
  return out;
}

/// Groups of digits of a telephone number; a leading plus is its own group.
std::vector<std::string> telephone_groups(const std::string& text) {
  std::vector<std::string> out(1);
  const std::string number = plain(text);
  for (size_t i = 0; i < number.size(); ++i) {
    const char c = number[i];
    if (is_digit_byte(c)) {
      out.back() += c;
    } else if (c == '+' && i == 0) {
      out = {"+", ""};
    } else if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/') {
      if (!out.back().empty()) out.emplace_back();
    } else {
      return {};
    }
  }
  if (out.back().empty()) out.pop_back();
  if (out.empty() || out.back() == "+") return {};
  if (out.size() == 1 && out[0].size() == 11)
    out = {out[0].substr(0, 3), out[0].substr(3, 4), out[0].substr(7)};
  return out;
}

std::optional<SaidDate> date_of(const std::string& text, std::string format) {
  std::vector<std::string> groups(1);
  for (char c : plain(text)) {
    if (is_digit_byte(c)) {
      groups.back() += c;
    } else if (c == '-' || c == '/' || c == '.' || c == ' ') {
      groups.emplace_back();
    } else {
      return std::nullopt;
    }
  }
  if (groups.size() == 1 && groups[0].size() == 8) {
    const std::string all = groups[0];
    groups = {all.substr(0, 4), all.substr(4, 2), all.substr(6)};
  }
  if (format.empty()) {
    if (groups.size() == 3) format = groups[0].size() == 4 ? "ymd" : "mdy";
    if (groups.size() == 2)
      format = groups[0].size() == 4 ? "ym" : groups[1].size() == 4 ? "my" : "md";
    if (groups.size() == 1) format = "y";
  }
  if (format.size() != groups.size()) return std::nullopt;
  SaidDate date;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].empty() || groups[i].size() > 4) return std::nullopt;
    const int value = std::stoi(groups[i]);
    int* field = format[i] == 'y' ? &date.year : format[i] == 'm' ? &date.month : &date.day;
    if (*field != 0 || value == 0 || (format[i] != 'y' && format[i] != 'm' && format[i] != 'd'))
      return std::nullopt;
    *field = value;
  }
  if (date.month > 12 || date.day > 31 || (date.day > 0 && date.month == 0)) return std::nullopt;
  return date;
}

/// Letters, digits and signs by their names. Letters are English in every language.
std::vector<Span> characters(const Span& span, Language language) {
  const bool blanks = language == Language::kEn || language == Language::kKo;
  std::vector<Span> out;
  Span base = span;
  base.say_as = SayAs::kNone;
  base.language.reset();
  const auto add = [&](const std::string& text) {
    const bool extend = !out.empty() && !out.back().pronunciation;
    if (extend) {
      out.back().text += text;
      return;
    }
    out.push_back(base);
    out.back().text = text;
  };
  for (char32_t c : compatibility_compose(decode_utf8(span.text))) {
    if (c < 0x80 && is_digit_byte(static_cast<char>(c))) {
      add(digit_name(static_cast<char>(c), language) + (language == Language::kEn ? " " : ""));
    } else if (is_latin(c)) {
      const std::u32string letter = strip_marks(std::u32string(1, c));
      const char32_t l = letter.empty() ? c : letter[0];
      const char32_t upper = l >= 'a' && l <= 'z' ? l - 32 : l;
      if (upper == 'A') {  // which is an article where it stands alone
        add(" ");
        Span a = base;
        a.text = "A";
        a.pronunciation = Pronunciation{Language::kEn, {"EY1"}};
        out.push_back(a);
        add(" ");
      } else {
        add(" " + encode_utf8(upper) + " ");
      }
    } else if (is_space(c)) {
      add(" ");
    } else {
      const auto sign = sign_name(c, language);
      add(!sign ? encode_utf8(c) : blanks ? " " + *sign + " " : *sign);
    }
  }
  return out;
}

}  // namespace

std::optional<SayAs> say_as_of(std::string_view name) {
  for (const Name& known : kNames) {
    if (name == known.name) return known.kind;
  }
  return std::nullopt;
}

std::string_view say_as_names() {
  return "cardinal, ordinal, characters, spell-out, date or telephone";
}

std::string say_as_problem(const Span& span) {
  const std::string text = "'" + span.text + "'";
  switch (span.say_as) {
    case SayAs::kCardinal:
    case SayAs::kOrdinal:
      if (number_of(span.text, span.say_as == SayAs::kOrdinal)) return {};
      return text + " is not a number; write digits only";
    case SayAs::kTelephone:
      if (!telephone_groups(span.text).empty()) return {};
      return text + " is not a telephone number; write digits, blanks, hyphens and brackets only";
    case SayAs::kDate:
      if (date_of(span.text, span.date_format)) return {};
      return text + " is not a date" +
             (span.date_format.empty() ? "" : " of the format " + span.date_format) +
             "; write it like 2024-05-01, or name the order with format=\"dmy\"";
    default:
      return {};
  }
}

std::vector<Span> expand_say_as(const Span& span, Language language) {
  if (span.say_as == SayAs::kNone || !say_as_problem(span).empty()) return {span};
  if (span.say_as == SayAs::kCharacters) return characters(span, language);
  Span out = span;
  out.say_as = SayAs::kNone;
  if (span.say_as == SayAs::kDate) {
    out.text = date_words(*date_of(span.text, span.date_format), language);
  } else if (span.say_as == SayAs::kTelephone) {
    out.text = telephone_words(telephone_groups(span.text), language);
  } else if (span.say_as == SayAs::kOrdinal) {
    out.text = ordinal_words(*number_of(span.text, true), language);
  } else {
    out.text = cardinal_words(*number_of(span.text, false), language);
  }
  return {out};
}

}  // namespace myna::text
