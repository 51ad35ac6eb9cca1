#include "text/ja/japanese.h"

#include <algorithm>

#include "text/ja/normalizer.h"
#include "text/ja/prosody.h"

namespace myna::text::ja {
namespace {

/// The symbol of a mark in the reference's way; others stand for themselves.
std::string mark_phone(const std::string& mark) {
  struct Named {
    std::string_view written, phone;
  };
  static constexpr Named kMarks[] = {{"：", ","}, {"；", ","}, {"，", ","},
                                     {"。", "."}, {"！", "!"}, {"？", "?"},
                                     {"\n", "."}, {"·", ","},  {"、", ","}};
  for (const Named& named : kMarks) {
    if (mark == named.written) return std::string(named.phone);
  }
  return mark;
}

/// Puts the words that the user pronounces in the place of what was found there.
void tell(const Piece& piece, std::vector<JaWord>* words) {
  for (const Told& told : piece.told) {
    JaWord word = told_word(told.pronunciation->units);
    word.text = piece.text.substr(told.begin, told.end - told.begin);
    word.begin = told.begin;
    word.end = told.end;
    const auto inside = [&](const JaWord& w) { return w.begin >= told.begin && w.end <= told.end; };
    const auto first = std::find_if(words->begin(), words->end(), inside);
    const auto last = std::find_if_not(first, words->end(), inside);
    words->insert(words->erase(first, last), std::move(word));
  }
}

}  // namespace

Japanese::Japanese(const ReaderSetup& setup)
    : compat_(setup.compat), dictionary_(setup.lexicon_dir) {
  if (!compat_) spellings_.emplace(setup.lexicon_dir);
}

std::vector<JaWord> Japanese::words(const Piece& piece) const {
  std::vector<size_t> cuts;
  for (const Told& told : piece.told) cuts.insert(cuts.end(), {told.begin, told.end});
  std::vector<JaWord> out =
      words_of(dictionary_, analyse(dictionary_, piece.text, cuts), piece.text);
  tell(piece, &out);
  set_pronunciation(&out);
  set_digits(&out, !compat_);
  set_accent_phrases(&out);
  set_accents(&out);
  set_unvoiced_vowels(&out);
  return out;
}

/// The words of the piece as they stand in the normalised text: what a digit becomes belongs to it.
void Japanese::speak(const Piece& piece, Reading* out) const {
  const std::vector<JaWord> words = this->words(piece);
  const size_t first = out->words.size();
  std::vector<size_t> read_word;  // number of each word in `out`
  for (const JaWord& word : words) {
    const size_t begin = piece.source[word.begin];
    const bool new_place = out->words.size() == first || begin > out->words.back().begin;
    if (word.begin < word.end && new_place) out->words.push_back({{}, begin, {}});
    if (out->words.size() == first) out->words.push_back({{}, piece.source.front(), {}});
    out->words.back().by_user |= word.by_user;
    read_word.push_back(out->words.size() - 1);
  }
  for (SpokenPhone& phone : phones_of(words))
    out->words[read_word[phone.word]].phones.push_back(std::move(phone.symbol));
  for (size_t i = first; i < out->words.size(); ++i) {
    ReadWord& word = out->words[i];
    const bool last = i + 1 == out->words.size();
    if (i == first) word.begin = piece.source.front();
    const size_t end = last ? piece.source.back() : out->words[i + 1].begin;
    word.text = out->normalized.substr(word.begin, end - word.begin);
  }
}

/// Those that touch no word of the user's.
std::vector<Spelling> Japanese::spellings(const std::string& normalized,
                                          const std::vector<GivenWord>& given) const {
  if (!spellings_) return {};
  std::vector<Spelling> out = spellings_->find(normalized);
  std::erase_if(out, [&](const Spelling& spelling) {
    return std::any_of(given.begin(), given.end(), [&](const GivenWord& word) {
      return word.place.begin < spelling.end && spelling.begin < word.place.end;
    });
  });
  return out;
}

Reading Japanese::read(const std::string& text, const std::vector<GivenWord>& given) const {
  std::vector<Anchor> anchors;
  for (const GivenWord& word : given) anchors.push_back(word.place);
  Reading out;
  out.normalized = normalize_around(
      text, &anchors,
      [&](const std::string& part) { return compat_ ? collapse_marks(part) : normalize(part); },
      "");
  std::vector<GivenWord> placed = given;
  for (size_t i = 0; i < given.size(); ++i) placed[i].place = anchors[i];
  for (const Piece& piece : pieces_of(out.normalized, placed, spellings(out.normalized, placed))) {
    if (!piece.mark) {
      speak(piece, &out);
      continue;
    }
    const std::string phone = mark_phone(piece.text);
    if (!compat_ && !is_pause(phone)) {
      out.skipped += piece.text;
      continue;
    }
    out.words.push_back({piece.text, piece.source.front(), {phone}});
  }
  return out;
}

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<Japanese>(setup);
}

}  // namespace myna::text::ja
