#include "text/ja/pieces.h"

#include "text/unicode.h"

namespace myna::text::ja {
namespace {

constexpr size_t kLongestPiece = 2000;  ///< characters; bounds the memory of the analysis

bool is_spoken(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == 0x3005 ||
         (c >= 0x3040 && c <= 0x30FF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) ||
         (c >= 0xFF66 && c <= 0xFF9D);
}

/// Half-width katakana U+FF66 ... U+FF9D.
constexpr std::u32string_view kFullKana =
    U"ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモ"
    U"ヤユヨラリルレロワン";

char32_t full_width(char32_t c) {
  if (c > 0x20 && c < 0x7F) return c + 0xFEE0;
  if (c >= 0xFF66 && c <= 0xFF9D) return kFullKana[c - 0xFF66];
  return c;
}

struct Character {
  char32_t c;
  size_t begin, end;  ///< bytes of the normalised text
};

/// Characters in lower case; ％ is a word, and so is what is spelled otherwise.
std::vector<Character> characters_of(std::string_view text,
                                     const std::vector<Spelling>& spellings) {
  std::vector<Character> out;
  auto spelling = spellings.begin();
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (spelling != spellings.end() && spelling->begin == begin) {
      at = spelling->end;
      for (char32_t kana : decode_utf8(spelling->kana)) out.push_back({kana, begin, at});
      ++spelling;
      continue;
    }
    const char32_t c = next_code_point(text, at);
    if (c == U'％') {
      for (char32_t kana : std::u32string_view(U"パーセント")) out.push_back({kana, begin, at});
    } else {
      for (char32_t lower : lower_case(c)) out.push_back({lower, begin, at});
    }
  }
  return out;
}

}  // namespace

std::string collapse_marks(std::string_view text) {
  static constexpr std::u32string_view kMarks = U"!?…,.-";
  std::u32string out;
  bool before = false;
  for (char32_t c : decode_utf8(text)) {
    const bool mark = kMarks.find(c) != std::u32string_view::npos;
    if (!mark || !before) out.push_back(c);
    before = mark;
  }
  return encode_utf8(out);
}

std::vector<Piece> pieces_of(std::string_view normalized, const std::vector<GivenWord>& given,
                             const std::vector<Spelling>& spellings) {
  std::vector<Piece> out;
  size_t length = 0;  // of the piece that can grow
  auto next = given.begin();
  for (const Character& character : characters_of(normalized, spellings)) {
    while (next != given.end() && next->place.end <= character.begin) ++next;
    const bool told = next != given.end() && next->place.begin <= character.begin;
    const bool mark = !told && !is_spoken(character.c);
    const bool full = length >= kLongestPiece && (!told || next->place.begin == character.begin);
    if (mark || length == 0 || full) {
      length = 0;
      if (mark && character.c == ' ') continue;
      out.push_back({{}, mark, {character.begin}});
    }
    Piece& piece = out.back();
    const size_t begin = piece.text.size();
    append_utf8(piece.text, mark ? character.c : full_width(character.c));
    piece.source.back() = character.begin;
    piece.source.resize(piece.text.size(), character.begin);
    piece.source.push_back(character.end);
    if (told && next->place.begin == character.begin)
      piece.told.push_back({begin, 0, next->pronunciation});
    if (told) piece.told.back().end = piece.text.size();
    length = mark ? 0 : length + 1;
  }
  return out;
}

}  // namespace myna::text::ja
