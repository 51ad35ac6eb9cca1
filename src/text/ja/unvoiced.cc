#include "text/ja/kana.h"
#include "text/ja/words.h"

namespace myna::text::ja {
namespace {

enum class Voice { kOpen, kVoiced, kUnvoiced };

struct Place {
  std::string_view kana;
  const JaWord* word = nullptr;
  Voice voice = Voice::kOpen;
  int index = 0;   ///< in its accent phrase
  int accent = 0;  ///< of its accent phrase
};

/// The moras of the words up to one that is none; `complete` words have all theirs.
std::vector<Place> places_of(const std::vector<JaWord>& words, size_t* complete) {
  std::vector<Place> out;
  int index = -1, accent = 0;
  for (*complete = 0; *complete < words.size(); ++*complete) {
    const JaWord& word = words[*complete];
    std::string_view rest = word.pronounced;
    if (word.chained != 1) {
      index = -1;
      accent = word.accent;
    }
    while (!rest.empty()) {
      Place place{{}, &word, Voice::kOpen, ++index, accent};
      if (rest == kPause) {
        place.kana = rest;
        place.voice = Voice::kVoiced;
      } else if (const Mora* mora = find_mora(rest); mora != nullptr && !mora->rare) {
        place.kana = mora->kana;
      } else if (rest.rfind(kLong, 0) == 0) {
        place.kana = kLong;
      } else {
        return out;
      }
      rest.remove_prefix(place.kana.size());
      if (rest.rfind(kUnvoiced, 0) == 0) {
        place.voice = Voice::kUnvoiced;
        rest.remove_prefix(kUnvoiced.size());
      }
      out.push_back(place);
    }
  }
  return out;
}

bool contains(std::string_view list, std::string_view kana) {
  for (size_t at = 0; at < list.size();) {
    const std::string_view one = list.substr(at, list.find(' ', at) - at);
    if (one == kana) return true;
    at += one.size() + 1;
  }
  return false;
}

/// i and u between voiceless consonants; not between two of s, f and h.
Voice between(std::string_view kana, std::string_view next) {
  const std::string first(next.substr(0, 3));
  auto before = [&](std::string_view starts) {
    return !first.empty() && starts.find(first) != std::string_view::npos ? Voice::kUnvoiced
                                                                          : Voice::kVoiced;
  };
  if (contains("スィ ス", kana)) return before("カキクケコタチツテトハヒフヘホパピプペポ");
  if (contains("フィ ヒ フ", kana)) return before("カキクケコサシスセソタチツテトパピプペポ");
  if (contains("キュ シュ チュ ツィ ヒュ ピュ テュ トゥ ティ キ ク シ チ ツ ピ プ", kana))
    return before("カキクケコサシスセソタチツテトハヒフヘホパピプペポ");
  return Voice::kOpen;
}

bool is_verbal(const JaWord& word) { return word.pos == "動詞" || word.pos == "助動詞"; }

/// ます and です at the end of a word.
void polite_endings(const Place& a, Place* b, const Place& c) {
  if (b->kana != "ス" || (a.kana != "マ" && a.kana != "デ")) return;
  if (a.word != b->word || b->word == c.word) return;
  if (!is_verbal(*b->word) && b->word->pos != "感動詞") return;
  b->voice = c.word->pronounced == kLong ? Voice::kVoiced : Voice::kUnvoiced;
}

/// し as a word of its own loses its vowel before its neighbours do.
void single_shi(Place* a, Place* b, Place* c) {
  const bool free = a->voice != Voice::kUnvoiced && b->voice == Voice::kOpen &&
                    (c == nullptr || c->voice != Voice::kUnvoiced);
  if (!free || b->word->pronounced != "シ") return;
  if (!is_verbal(*b->word) && b->word->pos != "助詞") return;
  b->voice = b->accent == b->index + 1
                 ? Voice::kVoiced
                 : between(b->kana, c != nullptr ? c->kana : std::string_view());
  if (b->voice != Voice::kUnvoiced) return;
  if (a->voice == Voice::kOpen) a->voice = Voice::kVoiced;
  if (c != nullptr && c->voice == Voice::kOpen) c->voice = Voice::kVoiced;
}

}  // namespace

void set_unvoiced_vowels(std::vector<JaWord>* words) {
  size_t complete = 0;
  std::vector<Place> places = places_of(*words, &complete);
  for (size_t i = 0; i < places.size(); ++i) {
    Place& a = places[i];
    Place* b = i + 1 < places.size() ? &places[i + 1] : nullptr;
    Place* c = i + 2 < places.size() ? &places[i + 2] : nullptr;
    if (c != nullptr) polite_endings(a, b, *c);
    if (b != nullptr) single_shi(&a, b, c);
    if (a.voice == Voice::kOpen) {
      if (a.word->pos == "フィラー" || (b != nullptr && b->voice == Voice::kUnvoiced) ||
          a.accent == a.index + 1) {
        a.voice = Voice::kVoiced;
      } else if (b == nullptr) {
        a.voice = Voice::kVoiced;
      } else {
        a.voice = between(a.kana, b->kana);
      }
    }
    if (a.voice == Voice::kUnvoiced && b != nullptr && b->voice == Voice::kOpen)
      b->voice = Voice::kVoiced;
  }
  std::vector<std::string> spoken(complete);
  for (const Place& place : places) {
    const auto word = static_cast<size_t>(place.word - words->data());
    if (word >= complete) break;
    spoken[word] += place.kana;
    if (place.voice == Voice::kUnvoiced) spoken[word] += kUnvoiced;
  }
  for (size_t i = 0; i < complete; ++i) (*words)[i].pronounced = spoken[i];
}

}  // namespace myna::text::ja
