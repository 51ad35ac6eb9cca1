// What a text with control over its reading is made of. Inline markup, SSML and user lexicons all
// become these values; the front end and the synthesiser know nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "text/language.h"

namespace myna::text {

/// How a word is to be pronounced: pinyin with tone digits (zh), jyutping (yue), ARPAbet with
/// stress (en), Hangul syllables as they sound (ko) or katakana moras with ' where the pitch falls
/// (ja). The units are final: no tone sandhi or other rule changes them. Made by
/// Frontend::find_pronunciation.
struct Pronunciation {
  Language language = Language::kEn;
  std::vector<std::string> units;  ///< "hang2", "hang4", "AH1", "갑" or "ハ"
};

/// What kind of thing a stretch of text is, where its spelling does not tell.
enum class SayAs { kNone, kCardinal, kOrdinal, kCharacters, kDate, kTelephone };

/// A stretch of text that is read in one way.
struct Span {
  std::string text;                            ///< as written, UTF-8
  std::optional<Pronunciation> pronunciation;  ///< of the whole stretch; nothing: by rule
  std::optional<Language> language;            ///< nothing: as the mode says
  SayAs say_as = SayAs::kNone;
  std::string date_format;  ///< with kDate: order of y, m and d; empty: found out
};

/// One event of a controlled text, in reading order.
struct Segment {
  enum class Kind {
    kText,      ///< `span`, at `rate`
    kPause,     ///< silence of `seconds`; ends a sentence
    kBoundary,  ///< ends a sentence (paragraph of SSML)
  };
  Kind kind = Kind::kText;
  Span span;
  double rate = 1;     ///< 2 is twice as fast; a change ends a sentence
  double seconds = 0;  ///< of a pause
};

/// What is spoken in one go, or a silence.
struct Sentence {
  std::vector<Span> spans;   ///< empty: a pause alone
  double rate = 1;           ///< multiplies the speed that was asked for
  double pause_seconds = 0;  ///< length of a pause alone

  bool is_pause() const { return spans.empty(); }
  /// The written text of all spans.
  std::string text() const;
};

/// Longest pause that may be asked for, in seconds, and range of rates.
inline constexpr double kLongestPause = 60, kSlowestRate = 0.5, kFastestRate = 2;

}  // namespace myna::text
