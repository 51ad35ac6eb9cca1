// Readings of Mandarin words: longest phrase of the dictionary first, then the first reading of
// each character. The tables come from the packages named in assets/lexicons/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/lexicon_file.h"

namespace myna::text::zh {

/// A syllable: index into the pinyin table and tone 1-5. kNone marks a character that has no
/// reading (punctuation, Latin).
struct Syllable {
  static constexpr uint16_t kNone = 0xFFFF;
  uint16_t id = kNone;
  uint8_t tone = 0;
};

/// Immutable after construction; may be used from many threads.
class Pinyin {
 public:
  /// `table`: zh_pinyin.lex (citation readings). `mode`: the readings that a mode alone has, asked
  /// first: zh_spoken.lex (everyday ones), zh_reference.lex (the reference's) or null. Both must
  /// outlive this object.
  explicit Pinyin(const LexiconFile& table, const LexiconFile* mode = nullptr);

  /// One syllable per character of `word`. `phrased`: which of them a phrase tells.
  std::vector<Syllable> readings(const std::u32string& word,
                                 std::vector<bool>* phrased = nullptr) const;
  /// Whether the tables hold `word` itself.
  bool knows(const std::u32string& word) const;
  /// All readings of a character, most usual first.
  std::vector<Syllable> all_readings(char32_t c) const;

  /// "lv4" or "lü4" or "hang2" -> syllable; kNone when it is not one.
  Syllable parse(std::string_view pinyin) const;
  /// Syllable without tone ("hang").
  const std::string& name(Syllable syllable) const { return names_[syllable.id]; }
  const std::string& initial(Syllable syllable) const { return initials_[syllable.id]; }
  /// Final symbol with its tone ("ang2").
  std::string final(Syllable syllable) const;
  bool is_er(Syllable syllable) const { return syllable.id == er_; }
  uint16_t er() const { return er_; }

 private:
  /// Longest key of `file` that starts `word` at `begin`, two characters or more; 0 when none does.
  static size_t longest(const LexiconFile& file, const std::u32string& word, size_t begin,
                        std::string_view* value);
  std::vector<Syllable> decode(std::string_view value) const;

  const LexiconFile& table_;
  const LexiconFile* mode_;
  std::vector<std::string> names_, initials_, finals_;
  uint16_t er_ = 0;
};

}  // namespace myna::text::zh
