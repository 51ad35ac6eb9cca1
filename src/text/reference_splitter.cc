#include "text/reference_splitter.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "text/phrase_splitter.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

enum class Kind { kZhJa, kKo, kPunctuation, kNewline, kDigit, kOthers };

using Part = ReferencePiece;
using Parts = std::vector<Part>;

struct Section {
  Kind kind;
  std::u32string text;
  Parts parts;
};

bool is_zh(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }
bool is_ja(char32_t c) { return (c >= 0x3040 && c <= 0x30FF) || c == U'々'; }
bool is_ko(char32_t c) { return c >= 0xAC00 && c <= 0xD7AF; }
bool has_kana(const std::u32string& text) { return std::any_of(text.begin(), text.end(), is_ja); }

bool is_mark(char32_t c) {
  static constexpr std::u32string_view kMarks =
      U"〜~,.;:!?，。！？；：、·([{<（【《〈「『“‘)]}>）】》〉」』”’\"-_—#$%&…￥'*+=@\\^`|";
  return kMarks.find(c) != std::u32string_view::npos;
}

std::u32string_view stripped(std::u32string_view text) {
  while (!text.empty() && is_python_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_python_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Cuts a text where the class of its characters changes; every mark is a section of its own.
std::vector<Section> sections_of(std::u32string_view text) {
  std::vector<Section> out;
  Kind kind = Kind::kOthers;
  std::u32string current;
  const auto begin = [&](Kind next, bool always) {
    if (next == kind && !always) return;
    if (!current.empty()) out.push_back({kind, current, {}});
    current.clear();
    kind = next;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (is_zh(c) || is_ja(c)) {
      begin(Kind::kZhJa, false);
    } else if (is_ko(c)) {
      begin(Kind::kKo, false);
    } else if (is_any_digit(c)) {
      begin(Kind::kDigit, false);
    } else if (is_mark(c)) {
      if (c != '\'' || i == 0 || is_python_blank(text[i - 1])) begin(Kind::kPunctuation, true);
    } else if (is_python_blank(c)) {
      if (c == '\n' || c == '\r') begin(Kind::kNewline, true);
    } else {
      begin(Kind::kOthers, false);
    }
    current += c;
  }
  begin(kind, true);
  return out;
}

/// Words with the blanks behind them.
std::vector<std::u32string> words_of(const std::u32string& text) {
  std::vector<std::u32string> out(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_python_blank(text[i - 1]) && !is_python_blank(text[i])) out.emplace_back();
    out.back() += text[i];
  }
  return out;
}

/// Neighbours of one language become one.
Parts merged(const Parts& parts) {
  Parts out;
  std::string last;
  for (const Part& part : parts) {
    if (!out.empty() && part.language == last) {
      out.back().text += part.text;
    } else {
      out.push_back(part);
    }
    last = part.language;
  }
  return out;
}

class Splitter {
 public:
  Splitter(const LexiconFile& phrases, const Identify& identify)
      : ja_(phrases, "ja"), zh_(phrases, "zh"), identify_(identify) {}

  Parts split(std::u32string_view text) const {
    std::vector<Section> sections = sections_of(stripped(text));
    if (sections.empty())
      throw Error(ErrorCode::kInvalidText, "the text is blank; write something", "text");
    for (Section& section : sections) {
      section.parts = parts_of(section);
      if (section.kind != Kind::kPunctuation && section.kind != Kind::kNewline)
        section.parts = smart_merged(section.parts);
    }
    sections = across(sections, Kind::kPunctuation, "punctuation");
    sections = across(sections, Kind::kNewline, "newline");
    Parts out;
    for (Section& section : sections) {
      if (section.kind == Kind::kZhJa) section.parts = settle(section.parts);
      out.insert(out.end(), section.parts.begin(), section.parts.end());
    }
    return out;
  }

 private:
  /// The language of a word, "x" when it is none of those that count.
  std::string language_of(const std::u32string& word, bool zh_ja) const {
    if (zh_ja && has_kana(word)) return "ja";
    const std::vector<std::string> found = identify_(word, false);
    const std::string code = found.empty() ? "" : found[0];
    if (code == "yue" || code == "wuu" || code == "zh-cn") return "zh";
    const bool known = code == "zh" || code == "ja" || (!zh_ja && (code == "ko" || code == "en"));
    return known ? code : "x";
  }

  Parts parts_of(const Section& section) const {
    switch (section.kind) {
      case Kind::kPunctuation:
        return {{"punctuation", section.text}};
      case Kind::kNewline:
        return {{"newline", section.text}};
      case Kind::kDigit:
        return {{"digit", section.text}};
      case Kind::kKo:
        return {{"ko", section.text}};
      default:
        break;
    }
    const bool zh_ja = section.kind == Kind::kZhJa;
    Parts out;
    for (const std::u32string& word : zh_ja ? phrases_of(section.text) : words_of(section.text))
      out.push_back({language_of(word, zh_ja), word});
    return out;
  }

  std::vector<std::u32string> phrases_of(const std::u32string& text) const {
    std::vector<std::u32string> out;
    for (const std::u32string& outer : ja_.split(text)) {
      for (const std::u32string& phrase : zh_.split(outer)) {
        const bool kana = has_kana(phrase);
        const bool join =
            !out.empty() && has_kana(out.back()) == kana && (kana || phrase.size() == 1);
        if (join) {
          out.back() += phrase;
        } else {
          out.push_back(phrase);
        }
      }
    }
    if (out.size() >= 2 && out[0].size() == 1) {
      out[1] = out[0] + out[1];
      out.erase(out.begin());
    }
    return out;
  }

  bool may_be(const std::string& language, const std::u32string& text) const {
    std::u32string plain = text;
    plain.erase(std::remove(plain.begin(), plain.end(), U'\n'), plain.end());
    const std::vector<std::string> found = identify_(stripped(plain), true);
    return std::find(found.begin(), found.end(), language) != found.end();
  }

  /// A part between two of one language takes theirs when it may be, is unknown, or short.
  void merge_middle(Parts* parts) const {
    for (size_t i = 0; i + 2 < parts->size(); ++i) {
      const Part &left = (*parts)[i], &right = (*parts)[i + 2];
      Part& middle = (*parts)[i + 1];
      if (left.language != right.language || left.language == "x" || left.language == "newline")
        continue;
      const bool kana = has_kana(middle.text);
      const bool is_short =
          middle.text.size() <= 4 && left.text.size() + right.text.size() >= 6 && !kana;
      if (middle.language == "x" || is_short || (!kana && may_be(left.language, middle.text)))
        middle.language = left.language;
    }
  }

  /// Nearest known language on one side of `index`, else its own.
  static std::string nearest(const Parts& parts, size_t index, bool left) {
    const auto known = [](const Part& part) {
      return part.language != "x" && part.language != "digit";
    };
    for (size_t i = 1; i < parts.size(); ++i) {
      if (left ? i > index : index + i >= parts.size()) break;
      const Part& part = parts[left ? index - i : index + i];
      if (known(part)) return part.language;
    }
    return parts[index].language;
  }

  static void fill_unknown(Parts* parts) {
    for (size_t i = 0; i < parts->size(); ++i) {
      if ((*parts)[i].language != "x") continue;
      const bool last = i + 1 == parts->size();
      const bool left =
          i > 0 && (last || (*parts)[i - 1].text.size() >= (*parts)[i + 1].text.size());
      (*parts)[i].language = nearest(*parts, i, left);
    }
  }

  bool joins(const Part& side, const Part& near) const {
    const bool kana = has_kana(side.text) || has_kana(near.text);
    const bool long_zh =
        near.text.size() > side.text.size() && near.text.size() >= 6 && near.language == "zh";
    if (long_zh && !kana) return true;
    return (!kana || near.text.size() <= 5) && may_be(near.language, side.text);
  }

  void merge_sides(Parts* parts) const {
    const size_t last = parts->size() - 1;
    if (parts->front().language == "x" || (last > 0 && joins(parts->front(), (*parts)[1])))
      parts->front().language = nearest(*parts, 0, false);
    if (parts->back().language == "x" || (last > 0 && joins(parts->back(), (*parts)[last - 1])))
      parts->back().language = nearest(*parts, last, true);
  }

  Parts smart_merged(Parts parts) const {
    parts = merged(parts);
    for (int round = 0; round < 2; ++round) {
      merge_middle(&parts);
      parts = merged(parts);
    }
    fill_unknown(&parts);
    merge_sides(&parts);
    parts = merged(parts);
    merge_middle(&parts);
    return merged(parts);
  }

  /// Sections of `kind` join the section before them, or behind them where there is none before.
  static std::vector<Section> across(const std::vector<Section>& sections, Kind kind,
                                     const std::string& name) {
    std::vector<Section> joined;
    for (const Section& section : sections) {
      const bool after = !joined.empty() && joined.back().kind == kind;
      if (joined.empty() || (!after && section.kind != kind)) {
        joined.push_back(section);
        continue;
      }
      Section& last = joined.back();
      last.text += section.text;
      auto rest = section.parts.begin();
      if (kind == Kind::kPunctuation) {
        last.parts.back().text += rest->text;
        if (after) last.parts.back().language = rest->language;
        ++rest;
      }
      last.parts.insert(last.parts.end(), rest, section.parts.end());
      if (after) last.kind = section.kind;
    }
    std::vector<Section> out;
    for (Section& section : joined) {
      if (!out.empty() && out.back().kind == section.kind) {
        out.back().text += section.text;
        out.back().parts.insert(out.back().parts.end(), section.parts.begin(), section.parts.end());
      } else {
        out.push_back(std::move(section));
      }
    }
    for (Section& section : out) section.parts = merged_across(section.parts, name);
    return out;
  }

  static Parts merged_across(const Parts& parts, const std::string& name) {
    Parts out;
    std::string last;
    for (const Part& part : parts) {
      if (!out.empty() && (part.language == name || part.language == last)) {
        out.back().text += part.text;
        if (part.language != name && out.back().language == name)
          out.back().language = part.language;
      } else {
        out.push_back(part);
      }
      last = part.language;
    }
    return out;
  }

  static bool is_zh_ja(const std::string& language) { return language == "zh" || language == "ja"; }

  /// Within Han and kana: parts that are a tenth of their neighbours join them.
  static Parts settle(const Parts& parts) {
    if (parts.size() == 1) return parts;
    Parts out;
    std::map<std::string, size_t> lengths;
    for (size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      const bool can_join = is_zh_ja(part.language) || part.language == "x";
      lengths[part.language] += part.text.size();
      if (i == 0) {
        const Part& right = parts[1];
        const bool join =
            can_join && is_zh_ja(right.language) && part.text.size() * 10 < right.text.size();
        out.push_back(join ? Part{right.language, part.text + right.text} : part);
        i += join;
      } else if (i + 1 == parts.size()) {
        const bool join = can_join && is_zh_ja(out.back().language) &&
                          part.text.size() * 10 < out.back().text.size();
        if (join) {
          out.back().text += part.text;
        } else {
          out.push_back(part);
        }
      } else {
        const Part& right = parts[i + 1];
        Part& left = out.back();
        const bool join = left.language == right.language && is_zh_ja(left.language) &&
                          part.language != "en" &&
                          part.text.size() * 10 < left.text.size() + right.text.size();
        if (join) {
          left.text += part.text + right.text;
          ++i;
        } else {
          out.push_back(part);
        }
      }
    }
    if (lengths["x"] > 0) {
      static constexpr const char* kOrder[] = {"zh", "ja", "x", "digit", "punctuation", "newline"};
      std::string most = "zh";
      for (const char* language : kOrder) {
        if (lengths[language] > lengths[most]) most = language;
      }
      for (Part& part : out) {
        if (part.language == "x") part.language = most;
      }
    }
    if (lengths["ja"] >= lengths["zh"] * 10) {
      for (Part& part : out) {
        if (part.language == "zh") part.language = "ja";
      }
    }
    return merged(out);
  }

  PhraseSplitter ja_, zh_;
  const Identify& identify_;
};

}  // namespace

bool is_python_blank(char32_t c) { return is_space(c) || (c >= 0x1C && c <= 0x1F) || c == 0x85; }

std::vector<ReferencePiece> split_as_split_lang(std::u32string_view text,
                                                const LexiconFile& phrases,
                                                const Identify& identify) {
  return Splitter(phrases, identify).split(text);
}

}  // namespace myna::text
