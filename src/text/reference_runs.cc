#include "text/reference_runs.h"

#include "text/unicode.h"

namespace myna::text {
namespace {

using Part = ReferencePiece;
using Parts = std::vector<Part>;

bool is_ideograph(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DB5) ||
         (c >= 0x20000 && c <= 0x2A6DD) || (c >= 0x2A700 && c <= 0x2EE5D) ||
         (c >= 0x30000 && c <= 0x323AF);
}

bool is_full_english(const std::u32string& text) {
  bool letter = false;
  for (char32_t c : text) {
    letter = letter || (c < 0x80 && (c | 32) >= 'a' && (c | 32) <= 'z');
    const bool allowed = (c >= 0x20 && c <= 0x7E) || is_python_blank(c) ||
                         (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) ||
                         (c >= 0xFF00 && c <= 0xFFEF);
    if (!allowed) return false;
  }
  return letter;
}

/// The ideographs of a text of unknown language, and the few marks that are kept with them.
std::u32string only_ideographs(const std::u32string& text) {
  std::u32string out;
  for (char32_t c : text) {
    const bool kept = (c >= '0' && c <= '9') || (c >= U'、' && c <= U'〜') ||
                      std::u32string_view(U"。！？.!?… /").find(c) != std::u32string_view::npos;
    if (is_ideograph(c) || kept) out += c;
  }
  return out;
}

bool is_carved(char32_t c, bool ja) {
  if (ja) {
    return (c >= 0x3041 && c <= 0x3096) || c == 0x3099 || c == 0x309A ||
           (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC;
  }
  return (c >= 0x1100 && c <= 0x11FF) || (c >= 0x3130 && c <= 0x318F) ||
         (c >= 0xAC00 && c <= 0xD7AF);
}

bool is_between(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= U'、' && c <= U'〜') ||
         std::u32string_view(U"。！？.!?… ").find(c) != std::u32string_view::npos;
}

/// Kana (or Hangul) with the marks and digits behind it, out of a part of another language.
Parts carved(const std::string& language, const Part& part) {
  const bool ja = language == "ja";
  Parts out;
  size_t plain = 0;
  for (size_t i = 0; i < part.text.size();) {
    if (!is_carved(part.text[i], ja)) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < part.text.size() && (is_carved(part.text[end], ja) || is_between(part.text[end])))
      ++end;
    if (i > plain) out.push_back({part.language, part.text.substr(plain, i - plain)});
    out.push_back({language, part.text.substr(i, end - i)});
    plain = i = end;
  }
  if (plain < part.text.size()) out.push_back({part.language, part.text.substr(plain)});
  return out;
}

void add(const std::string& language, const std::u32string& text, Parts* out) {
  if (!out->empty() && out->back().language == language) {
    out->back().text += text;
  } else {
    out->push_back({language, text});
  }
}

void add_found_out(const Part& part, Parts* out) {
  Parts pieces;
  for (const Part& piece : part.language == "ja" ? Parts{part} : carved("ja", part)) {
    if (piece.language == "ko") {
      pieces.push_back(piece);
      continue;
    }
    const Parts split = carved("ko", piece);
    pieces.insert(pieces.end(), split.begin(), split.end());
  }
  // A part in one piece keeps its own language, even where all of it was carved out.
  if (pieces.size() == 1) pieces = {part};
  for (const Part& piece : pieces) {
    const std::u32string ideographs =
        piece.language == "x" ? only_ideographs(piece.text) : std::u32string();
    if (ideographs.empty()) {
      add(piece.language, piece.text, out);
    } else {
      add("zh", ideographs, out);
    }
  }
}

/// Digits take the language of a neighbour: across a mark the other one's, else the longer one's.
std::string digits_language(const Parts& before, const Parts& parts, size_t i) {
  const bool last = i + 1 == parts.size();
  if (before.empty()) return last ? "zh" : parts[1].language;
  const Part& left = before.back();
  if (last) return left.language;
  const Part& right = parts[i + 1];
  const auto ends = [](char32_t c) {
    return std::u32string_view(U",.!?，。！？").find(c) != std::u32string_view::npos;
  };
  if (left.language == right.language) return left.language;
  if (ends(left.text.back())) return right.language;
  if (ends(right.text.front())) return left.language;
  if (parts[i].text.back() == U'。' || parts[i].text.back() == U'.') return left.language;
  return left.text.size() >= right.text.size() ? left.language : right.language;
}

std::string code_of(Mode mode) {
  switch (mode) {
    case Mode::kZh:
      return "zh";
    case Mode::kJa:
      return "ja";
    case Mode::kKo:
      return "ko";
    default:
      return "yue";
  }
}

}  // namespace

std::vector<ReferencePiece> reference_segments(const std::u32string& text,
                                               const std::string& default_language,
                                               const LexiconFile& phrases,
                                               const Identify& identify) {
  Parts parts;
  for (const Part& part : split_as_split_lang(text, phrases, identify)) {
    if (part.language == "digit") {
      add(default_language.empty() ? "digit" : default_language, part.text, &parts);
    } else if (is_full_english(part.text)) {
      add("en", part.text, &parts);
    } else if (!default_language.empty()) {
      add(default_language, part.text, &parts);
    } else {
      add_found_out(part, &parts);
    }
  }
  Parts with_digits;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool digit = parts[i].language == "digit";
    add(digit ? digits_language(with_digits, parts, i) : parts[i].language, parts[i].text,
        &with_digits);
  }
  Parts known;
  for (const Part& part : with_digits) {
    std::string language = part.language;
    if (language == "x") {
      language = !known.empty()           ? known.back().language
                 : with_digits.size() > 1 ? with_digits[1].language
                                          : "zh";
    }
    add(language, part.text, &known);
  }
  return known;
}

std::vector<ReferencePiece> reference_pieces(const std::u32string& text, Mode mode,
                                             const LexiconFile& phrases, const Identify& identify) {
  const auto segments = [&](const std::string& language) {
    return reference_segments(text, language, phrases, identify);
  };
  std::vector<ReferencePiece> out;
  switch (mode) {
    case Mode::kEn:
      return {{"en", text}};
    case Mode::kAllZh:
      return segments("zh");
    case Mode::kAllJa:
      return segments("ja");
    case Mode::kAllKo:
      return segments("ko");
    case Mode::kAuto:
      return segments("");
    case Mode::kAllYue:
    case Mode::kAutoYue:
      out = segments(mode == Mode::kAllYue ? "zh" : "");
      for (ReferencePiece& piece : out) {
        if (piece.language == "zh") piece.language = "yue";
      }
      return out;
    default:
      break;
  }
  for (const ReferencePiece& piece : segments("")) {
    const bool english = piece.language == "en";
    if (!out.empty() && english == (out.back().language == "en")) {
      out.back().text += piece.text;
    } else {
      out.push_back({english ? "en" : code_of(mode), piece.text});
    }
  }
  return out;
}

}  // namespace myna::text
