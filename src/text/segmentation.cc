#include "text/segmentation.h"

#include <algorithm>

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr std::u32string_view kSplits = U"，。？！,.?!~:：—…";
constexpr std::u32string_view kSilent = U"!?…,.- ";
constexpr std::u32string_view kCut5Marks = U",.;?!、，。？！：…";
constexpr size_t kLongest = 510;

bool in(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

bool only(std::u32string_view set, const std::u32string& text) {
  return std::all_of(text.begin(), text.end(), [&](char32_t c) { return in(set, c); });
}

std::u32string strip(const std::u32string& text, char32_t c) {
  size_t first = text.find_first_not_of(c), last = text.find_last_not_of(c);
  return first == std::u32string::npos ? U"" : text.substr(first, last - first + 1);
}

std::u32string replace_all(std::u32string text, std::u32string_view from, std::u32string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::u32string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// Line-joined pieces, without those that hold only characters of `dropped`.
std::u32string join(const std::vector<std::u32string>& pieces, std::u32string_view dropped) {
  std::u32string out;
  bool first = true;
  for (const std::u32string& piece : pieces) {
    if (only(dropped, piece)) continue;
    if (!first) out += U'\n';
    first = false;
    out += piece;
  }
  return out;
}

/// Clauses, each with its mark; the last gets a stop when it has none.
std::vector<std::u32string> clauses(const std::u32string& text) {
  std::u32string all = replace_all(replace_all(text, U"……", U"。"), U"——", U"，");
  if (all.empty())
    throw Error(ErrorCode::kInvalidText, "an empty text cannot be cut; write something", "text");
  if (!in(kSplits, all.back())) all += U'。';
  std::vector<std::u32string> out(1);
  for (char32_t c : all) {
    out.back() += c;
    if (in(kSplits, c)) out.emplace_back();
  }
  out.pop_back();
  return out;
}

std::u32string cut_four(const std::u32string& text) {
  std::vector<std::u32string> parts = clauses(text), out;
  // The last group takes all that is left, up to seven clauses.
  size_t groups = (parts.size() + 3) / 4 - 1;
  if (groups == 0) return join({text}, kSilent);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i % 4 == 0 && i / 4 < groups) out.emplace_back();
    out.back() += parts[i];
  }
  return join(out, kSilent);
}

std::u32string cut_fifty(const std::u32string& text) {
  std::vector<std::u32string> parts = clauses(text), out;
  if (parts.size() < 2) return text;
  std::u32string current;
  for (const std::u32string& part : parts) {
    current += part;
    if (current.size() > 50) {
      out.push_back(current);
      current.clear();
    }
  }
  if (!current.empty()) out.push_back(current);
  if (out.size() > 1 && out.back().size() < 50) {
    out[out.size() - 2] += out.back();
    out.pop_back();
  }
  return join(out, kSilent);
}

/// Pieces between separators, which are dropped.
template <typename IsSeparator>
std::vector<std::u32string> split_at(const std::u32string& text, IsSeparator is_separator) {
  std::vector<std::u32string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_separator(i)) {
      out.emplace_back();
    } else {
      out.back() += text[i];
    }
  }
  return out;
}

std::u32string cut_marks(const std::u32string& text) {
  std::vector<std::u32string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    out.back() += text[i];
    bool in_number = text[i] == '.' && i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) &&
                     is_digit(text[i + 1]);
    if (in(kCut5Marks, text[i]) && !in_number) out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return join(out, kCut5Marks);
}

std::vector<std::u32string> split_long(const std::u32string& text) {
  std::vector<std::u32string> out;
  std::u32string current, segment;
  auto add = [&] {
    if (current.size() + segment.size() > kLongest) {
      out.push_back(current);
      current.clear();
    }
    current += segment;
    segment.clear();
  };
  for (char32_t c : text) {
    if (in(kSplits, c)) {
      add();
      segment = c;
      add();
    } else {
      segment += c;
    }
  }
  add();
  if (!current.empty()) out.push_back(current);
  return out;
}

bool has_word_character(const std::u32string& text) {
  return std::any_of(text.begin(), text.end(), [](char32_t c) {
    return c == '_' || is_letter_or_number(c) || is_numeric(c);
  });
}

std::vector<std::u32string> merge_short(const std::vector<std::u32string>& pieces) {
  if (pieces.size() < 2) return pieces;
  std::vector<std::u32string> out;
  std::u32string current;
  for (const std::u32string& piece : pieces) {
    current += piece;
    if (current.size() >= 5) {
      out.push_back(current);
      current.clear();
    }
  }
  if (!current.empty()) {
    if (out.empty()) {
      out.push_back(current);
    } else {
      out.back() += current;
    }
  }
  return out;
}

}  // namespace

std::optional<CutMethod> parse_cut_method(std::string_view name) {
  if (name == "auto") return std::nullopt;
  std::string_view number = name;
  if (number.substr(0, 3) == "cut") number.remove_prefix(3);
  if (number.size() == 1 && number[0] >= '0' && number[0] <= '5')
    return static_cast<CutMethod>(number[0] - '0');
  throw Error(ErrorCode::kUsage,
              "unknown cutting method '" + std::string(name) + "'; use auto or 0 ... 5", "--cut");
}

std::u32string cut_text(const std::u32string& text, CutMethod method) {
  if (method == CutMethod::kNone) return only(kSilent, text) ? U"\n" : text;
  std::u32string body = strip(text, U'\n');
  switch (method) {
    case CutMethod::kFourClauses:
      return cut_four(body);
    case CutMethod::kFiftyChars:
      return cut_fifty(body);
    case CutMethod::kFullStop:
      body = strip(body, U'。');
      return join(split_at(body, [&](size_t i) { return body[i] == U'。'; }), kSilent);
    case CutMethod::kDot:
      body = strip(body, U'.');
      return join(split_at(body,
                           [&](size_t i) {
                             return body[i] == '.' && (i == 0 || !is_digit(body[i - 1])) &&
                                    (i + 1 == body.size() || !is_digit(body[i + 1]));
                           }),
                  kSilent);
    default:
      return cut_marks(body);
  }
}

std::u32string collapse_marks(const std::u32string& text) {
  std::u32string out;
  bool mark = false;
  for (char32_t c : text) {
    bool is = in(U"!?…,.-", c);
    if (!(is && mark)) out += c;
    mark = is;
  }
  return out;
}

std::vector<std::string> cut_for_reference(std::string_view text, CutMethod method, bool english) {
  const char32_t stop = english ? U'.' : U'。';
  std::u32string body = strip(collapse_marks(decode_utf8(text)), U'\n');
  if (body.empty()) return {};
  size_t opening = std::min(body.find_first_of(kSplits), body.size());
  size_t first = 0, last = opening;
  while (first < last && is_space(body[first])) ++first;
  while (last > first && is_space(body[last - 1])) --last;
  if (opening > 0 && last - first < 4) body.insert(body.begin(), stop);

  std::u32string lines = cut_text(body, method);
  std::vector<std::u32string> pieces;
  bool any = false;
  for (const std::u32string& line : split_at(lines, [&](size_t i) { return lines[i] == '\n'; })) {
    if (line.empty() || line == U" ") continue;
    any = true;
    pieces.push_back(line);
  }
  if (!any) {
    throw Error(ErrorCode::kInvalidText, "nothing in the text can be spoken; it holds no words",
                "text");
  }
  std::vector<std::string> out;
  for (std::u32string& piece : merge_short(pieces)) {
    if (!has_word_character(piece)) continue;
    if (!in(kSplits, piece.back())) piece += stop;
    for (const std::u32string& part :
         piece.size() > kLongest ? split_long(piece) : std::vector<std::u32string>{piece}) {
      out.push_back(encode_utf8(part));
    }
  }
  return out;
}

}  // namespace myna::text
