#include "text/ja/prosody.h"

#include <algorithm>

#include "text/ja/kana.h"

namespace myna::text::ja {
namespace {

constexpr int kPauseMora = -1;
constexpr int kNone = -50;    ///< there is no mora to look at
constexpr int kLongest = 49;  ///< positions in a phrase are counted up to here

struct Phone {
  std::string name;
  int mora;  ///< kPauseMora: a pause
  size_t word;
};
struct Phrase {
  int accent = 0, first = 0, count = 0;
};

/// The utterance as it grows.
class Builder {
 public:
  void add(const JaWord& word, size_t index) {
    if (word.pronounced == kPause) {
      pause_ = true;
      pause_word_ = index;
      return;
    }
    bool started = false;
    for (std::string_view rest = word.pronounced; !rest.empty();) {
      if (rest.rfind(kLong, 0) == 0) {
        if (!phones.empty() && !pause_) add_mora({}, phones.back().name, index);
        rest.remove_prefix(kLong.size());
      } else if (rest.rfind(kUnvoiced, 0) == 0) {
        rest.remove_prefix(kUnvoiced.size());
      } else if (const Mora* mora = find_mora(rest)) {
        start_mora(word, &started);
        add_mora(mora->consonant, mora->vowel, index);
        rest.remove_prefix(mora->kana.size());
      } else {
        return;
      }
    }
  }

  std::vector<Phone> phones;
  std::vector<size_t> phrase_of_mora;
  std::vector<Phrase> phrases;

 private:
  void start_mora(const JaWord& word, bool* started) {
    if (pause_ && !phones.empty()) phones.push_back({"pau", kPauseMora, pause_word_});
    pause_ = false;
    if (*started) return;
    *started = true;
    if (phrases.empty() || word.chained != 1)
      phrases.push_back({word.accent, static_cast<int>(phrase_of_mora.size()), 0});
  }
  void add_mora(const std::string& consonant, const std::string& vowel, size_t index) {
    const int mora = static_cast<int>(phrase_of_mora.size());
    phrase_of_mora.push_back(phrases.size() - 1);
    ++phrases.back().count;
    for (const std::string& phone : {consonant, vowel}) {
      if (!phone.empty()) phones.push_back({phone, mora, index});
    }
  }

  bool pause_ = false;
  size_t pause_word_ = 0;
};

bool ends_mora(const std::string& phone) {
  return phone == "N" || phone == "cl" ||
         (phone.size() == 1 && std::string_view("aeiou").find(phone) != std::string_view::npos);
}

}  // namespace

std::vector<SpokenPhone> phones_of(const std::vector<JaWord>& words) {
  Builder built;
  for (size_t i = 0; i < words.size(); ++i) built.add(words[i], i);
  auto position = [&](size_t phone) {
    if (phone >= built.phones.size() || built.phones[phone].mora == kPauseMora) return kNone;
    const int mora = built.phones[phone].mora;
    const Phrase& phrase = built.phrases[built.phrase_of_mora[static_cast<size_t>(mora)]];
    return std::min(mora - phrase.first + 1, kLongest);
  };
  std::vector<SpokenPhone> out;
  for (size_t i = 0; i < built.phones.size(); ++i) {
    const Phone& phone = built.phones[i];
    if (phone.mora == kPauseMora) {
      out.push_back({"_", phone.word});
      continue;
    }
    out.push_back({phone.name, phone.word});
    const Phrase& phrase = built.phrases[built.phrase_of_mora[static_cast<size_t>(phone.mora)]];
    const int place = phone.mora - phrase.first + 1;
    const int accent = phrase.accent == 0 ? phrase.count : phrase.accent;
    const int here = std::min(place, kLongest), next = position(i + 1);
    const bool last = phrase.count == place;
    if (last && next == 1 && ends_mora(phone.name)) {
      out.push_back({"#", phone.word});
    } else if (place == accent && next == here + 1 && here != std::min(phrase.count, kLongest)) {
      out.push_back({"]", phone.word});
    } else if (here == 1 && next == 2) {
      out.push_back({"[", phone.word});
    }
  }
  return out;
}

}  // namespace myna::text::ja
