// The words of a piece of Japanese text on their way from the dictionary to phones. The steps below
// are those of Open JTalk's front end (T. Sagisaka and H. Sato's accent rules; the tables are its
// data): each takes the words that the step before it left, and changes their pronunciation, their
// accent or how they join.
#pragma once

#include <string>
#include <vector>

#include "text/ja/analyser.h"

namespace myna::text::ja {

struct JaWord {
  std::string text;
  std::string pos, group1, group2, group3, form;  ///< as in WordClass
  std::string reading;                            ///< as pronounced in the dictionary
  std::string pronounced;                         ///< katakana; empty: not spoken
  std::string chain_rule;
  int accent = 0;  ///< mora after which the pitch falls, 1 the first; 0: nowhere
  int moras = 0;
  int chained = -1;  ///< 1: one accent phrase with the word before; 0: a new one; -1: by rule
  size_t begin = 0, end = 0;  ///< bytes of the analysed text that it stands for
  bool by_user = false;
};

/// The words of the morphemes of `text`; compounds of the dictionary become several.
std::vector<JaWord> words_of(const Dictionary& dictionary, const std::vector<Morpheme>& morphemes,
                             std::string_view text);

/// A word with the pronunciation that the user gives: katakana moras, and ' behind the one after
/// which the pitch falls.
JaWord told_word(const std::vector<std::string>& units);

/// Gives kana, letters and what the dictionary does not know a pronunciation; unreadable words
/// become pauses.
void set_pronunciation(std::vector<JaWord>* words);
/// Digits become numbers, with what numbers and counters do to each other's sounds. `grouped`:
/// numbers that の joins to one that starts with nought are read digit by digit as that one is
/// (03の1234の5678), which Open JTalk does not.
void set_digits(std::vector<JaWord>* words, bool grouped);
/// Which words share an accent phrase.
void set_accent_phrases(std::vector<JaWord>* words);
/// Where the pitch falls in each accent phrase; kept in its first word.
void set_accents(std::vector<JaWord>* words);
/// Marks unvoiced vowels in the pronunciation.
void set_unvoiced_vowels(std::vector<JaWord>* words);

/// Drops the words that are not spoken.
void remove_silent(std::vector<JaWord>* words);

}  // namespace myna::text::ja
