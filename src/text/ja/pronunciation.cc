#include <array>

#include "base/utf8.h"
#include "text/ja/kana.h"
#include "text/ja/words.h"

namespace myna::text::ja {
namespace {

struct Letter {
  const char* name;
  int moras;  ///< as Open JTalk counts them, which is less than there are
};
constexpr std::array<Letter, 26> kLetters = {{
    {"エー", 2}, {"ビー", 2},   {"シー", 2}, {"ディー", 2}, {"イー", 2},       {"エフ", 2},
    {"ジー", 2}, {"エイチ", 3}, {"アイ", 2}, {"ジェー", 2}, {"ケー", 2},       {"エル", 2},
    {"エム", 2}, {"エヌ", 2},   {"オー", 2}, {"ピー", 2},   {"キュー", 2},     {"アール", 3},
    {"エス", 2}, {"ティー", 2}, {"ユー", 2}, {"ブイ", 2},   {"ダブリュー", 4}, {"エックス", 4},
    {"ワイ", 2}, {"ズィー", 2},
}};

/// The full-width letter that `text` starts with.
const Letter* first_letter(std::string_view text) {
  // U+FF21 ... U+FF3A and U+FF41 ... U+FF5A
  if (text.size() < 3 || text[0] != '\xEF') return nullptr;
  const auto middle = static_cast<unsigned char>(text[1]);
  const int index = static_cast<unsigned char>(text[2]) - 0xA1 + (middle == 0xBD ? 32 : 0);
  const int letter = index % 32;
  if ((middle != 0xBC && middle != 0xBD) || index < 0 || letter >= 26) return nullptr;
  return &kLetters[static_cast<size_t>(letter)];
}

/// What one kana or letter at the start of `text` is read as.
struct Sound {
  std::string kana;
  int moras = 0;
  size_t bytes = 0;  ///< 0: none there
};
Sound first_sound(std::string_view text) {
  Sound out;
  out.kana = first_kana(text, &out.bytes);
  if (out.bytes > 0) {
    out.moras = 1;
  } else if (const Letter* letter = first_letter(text)) {
    out = {letter->name, letter->moras, 3};
  }
  return out;
}

constexpr const char* kFiller = "フィラー";

void spell(JaWord* word) {
  word->reading.clear();
  word->pronounced.clear();
  for (size_t at = 0; at < word->text.size();) {
    const Sound sound = first_sound(std::string_view(word->text).substr(at));
    word->pronounced += sound.kana;
    word->moras += sound.moras;
    if (sound.bytes > 0) {
      at += sound.bytes;
    } else {
      next_code_point(word->text, at);
    }
  }
  word->reading = word->pronounced;
  if (word->moras > 0) {
    word->pos = kFiller;
    word->group1.clear();
    word->group2.clear();
    word->group3.clear();
  } else {
    word->reading = word->pronounced = kPause;
    word->pos = "記号";
  }
}

/// Joins words of one kana or letter each, which the dictionary has taken apart.
void join_fillers(std::vector<JaWord>* words) {
  JaWord* head = nullptr;
  for (JaWord& word : *words) {
    const bool single = word.pos == kFiller && first_sound(word.text).bytes == word.text.size();
    if (single && head != nullptr) {
      head->text += word.text;
      head->reading += word.reading;
      head->pronounced += word.pronounced;
      head->moras += word.moras;
      head->end = word.end;
      word.pronounced.clear();
    } else {
      head = single ? &word : nullptr;
    }
  }
  remove_silent(words);
}

}  // namespace

void set_pronunciation(std::vector<JaWord>* words) {
  for (JaWord& word : *words) {
    if (word.moras == 0) spell(&word);
  }
  remove_silent(words);
  join_fillers(words);
  for (size_t i = 1; i < words->size(); ++i) {  // 行こ|う
    const JaWord& before = (*words)[i - 1];
    JaWord& word = (*words)[i];
    if (word.pronounced == "ウ" && word.pos == "助動詞" && before.moras > 0 &&
        (before.pos == "動詞" || before.pos == "助動詞"))
      word.pronounced = kLong;
  }
}

}  // namespace myna::text::ja
