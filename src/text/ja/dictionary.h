// The morphological dictionary: words with their classes, costs and readings, how well two classes
// stand beside each other, and what unknown characters may be. The data are naist-jdic in the
// edition with accents that Open JTalk uses, in MeCab's compiled form.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text::ja {

/// What the dictionary says of a word. Absent fields are empty.
struct Feature {
  std::string_view pos, group1, group2, group3;  ///< part of speech and its subdivisions
  std::string_view form;                         ///< conjugation form
  std::string_view base;        ///< dictionary form; of joined words parted by colons
  std::string_view reading;     ///< katakana as written
  std::string_view pronounced;  ///< katakana as spoken; a quote follows an unvoiced mora
  std::string_view accent;      ///< accent/moras; of joined words parted by colons
  std::string_view chain_rule;  ///< how it changes the accent of what stands before it
};

/// A way to read a stretch of text.
struct Entry {
  uint16_t left = 0, right = 0;  ///< classes towards the neighbours
  int16_t cost = 0;
  uint32_t feature = 0;
};

/// Immutable after construction; may be used from many threads.
class Dictionary {
 public:
  /// Maps the files in `folder`; throws Error(kNotFound) or Error(kInvalidModel).
  explicit Dictionary(const std::filesystem::path& folder);
  ~Dictionary();

  /// Words that `text` starts with, shortest first, as (bytes, entry).
  struct Found {
    size_t bytes;
    Entry entry;
  };
  void find_prefixes(std::string_view text, std::vector<Found>* out) const;

  /// Cost of `next` right after a word of right class `previous`.
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
  std::vector<Entry> unknown_words(uint8_t kind) const;

  Feature feature(uint32_t id) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace myna::text::ja
