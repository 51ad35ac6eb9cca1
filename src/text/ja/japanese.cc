#include "text/ja/japanese.h"

#include <array>

#include "text/ja/pieces.h"
#include "text/ja/prosody.h"

namespace myna::text::ja {
namespace {

std::string mark_phone(const std::string& mark) {
  static constexpr std::array<std::array<std::string_view, 2>, 9> kMarks = {{{"：", ","},
                                                                            {"；", ","},
                                                                            {"，", ","},
                                                                            {"。", "."},
                                                                            {"！", "!"},
                                                                            {"？", "?"},
                                                                            {"\n", "."},
                                                                            {"·", ","},
                                                                            {"、", ","}}};
  for (const auto& [written, phone] : kMarks) {
    if (mark == written) return std::string(phone);
  }
  return mark;
}

}  // namespace

Japanese::Japanese(const std::filesystem::path& dictionary, Options options)
    : options_(options), dictionary_(dictionary) {}

std::vector<JaWord> Japanese::words(std::string_view piece) const {
  std::vector<JaWord> out = words_of(ja::analyse(dictionary_, piece), piece);
  set_pronunciation(&out);
  set_digits(&out);
  set_accent_phrases(&out);
  set_accents(&out);
  set_unvoiced_vowels(&out);
  return out;
}

Japanese::Result Japanese::analyse(const std::string& text) const {
  Result out;
  out.normalized = collapse_marks(text);
  for (const Piece& piece : pieces_of(out.normalized)) {
    if (piece.mark) {
      out.words.push_back(
          {piece.text, piece.source.front(), piece.source.back(), {mark_phone(piece.text)}, false});
      continue;
    }
    const std::vector<JaWord> words = this->words(piece.text);
    const size_t first = out.words.size();
    for (const JaWord& word : words) {
      out.words.push_back(
          {word.text, piece.source[word.begin], piece.source[word.end], {}, word.by_user});
    }
    for (SpokenPhone& phone : phones_of(words))
      out.words[first + phone.word].phones.push_back(std::move(phone.symbol));
  }
  return out;
}

}  // namespace myna::text::ja
