// The morphological dictionary: words with their classes, costs and pronunciations, how well two
// classes stand beside each other, and what unknown characters may be. The data are naist-jdic in
// the edition with accents that Open JTalk uses.
//
// ja_words.lex (format of the frame: lexicon_file.h; all numbers little-endian):
//   \1classes      lines "left,right,pos,group1,group2,group3,form,chain rule"; * stands for none
//   \1connections  [next left][previous right], each the fewest bits that number
//                  \1connection_costs (i16, rising), from the lowest bit of the first byte on;
//                  three more bytes, so that four can be read anywhere
//   \1characters   u32 code points; those that no kana are, in order
//   \1kinds        u32 first code point, u32 kinds; see character()
//   \1unknown      u16 kind, u16 class, i16 cost
//   \1pairs        u16 class, i16 cost: those that many entries share
//   words          key: kana U+3041 ... U+30FF as bytes 0x40 ..., others as 2 + index / 256, index
//                  of \1characters; value: its entries: varint n, for n > 0 the pair n - 1 of
//                  \1pairs, else varint class, i16 cost; then
//                  u8 accent | mode << 5 | odd << 7, where odd is 1 a varint number of moras, and
//                  mode 0: the pronunciation, a byte U+30A0 + n each, the last one with bit 7;
//                  127 marks an unvoiced mora; mode 1: it is the word in katakana; mode 2: that of
//                  the entry before; mode 3: varint length, "parts,pronunciations,accents/moras",
//                  each parted by colons, instead
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::ja {

/// What the words of a class share. Absent fields are empty.
struct WordClass {
  uint16_t left = 0, right = 0;             ///< towards the neighbours
  std::string pos, group1, group2, group3;  ///< part of speech and its subdivisions
  std::string form;                         ///< of conjugation
  std::string chain_rule;                   ///< how it changes the accent of what stands before it
};

/// A way to read a stretch of text.
struct Entry {
  const WordClass* kind = nullptr;
  int16_t cost = 0;
  uint16_t index = 0;        ///< among the entries of the word
  std::string_view entries;  ///< of the word; empty: it is unknown
};

/// How an entry is spoken.
struct Spoken {
  std::string pronounced;  ///< katakana; a quote follows an unvoiced mora
  int accent = 0, moras = 0;
  std::string compound;  ///< several words: as in the file, instead of the rest
};

/// Immutable after construction; may be used from many threads.
class Dictionary {
 public:
  /// Opens ja_words.lex in `lexicon_dir`; throws as LexiconFile.
  explicit Dictionary(const std::filesystem::path& lexicon_dir);

  /// Words that `text` starts with, shortest first, in the order of the dictionary.
  struct Found {
    size_t bytes;
    Entry entry;
  };
  void find_prefixes(std::string_view text, std::vector<Found>* out) const;

  /// Cost of a word of left class `next` right after one of right class `previous`.
  int connection(uint16_t previous, uint16_t next) const;

  /// What a character may be. `kinds` is a set of bits; an unknown word is made of characters that
  /// share one.
  struct Character {
    uint32_t kinds = 0;
    uint8_t kind = 0;     ///< the usual one, for unknown_words()
    uint8_t longest = 0;  ///< unknown words of 1 ... longest characters
    bool group = false;   ///< and of all that follow and share a kind
    bool always = false;  ///< unknown words even where the dictionary has one
  };
  Character character(char32_t c) const;
  const std::vector<Entry>& unknown_words(uint8_t kind) const;

  /// `surface`: the word that the entry was found for.
  Spoken spoken(const Entry& entry, std::string_view surface) const;

 private:
  class Cursor;
  [[noreturn]] void damaged(const char* what) const;
  /// Appends the key of `c`; false when no word has this character.
  bool append_key(char32_t c, std::string* key) const;

  std::filesystem::path path_;
  LexiconFile file_;
  std::vector<WordClass> classes_;
  std::string_view characters_, connections_, connection_costs_, kinds_, pairs_;
  std::vector<std::vector<Entry>> unknown_;
  size_t sides_ = 0;              ///< left classes, and right ones
  uint32_t connection_bits_ = 0;  ///< of a number in connections_
};

}  // namespace myna::text::ja
