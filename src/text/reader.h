// One language's way of reading a run of text. The front end cuts a sentence into runs and asks the
// reader of each run's language; it knows nothing else about languages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "text/anchors.h"
#include "text/en/letter_to_sound.h"
#include "text/script.h"
#include "text/symbols.h"
#include "text/zh/polyphones.h"

namespace myna::text {

/// A word of a run whose pronunciation the user gives.
struct GivenWord {
  Anchor place;  ///< bytes of the run
  const Pronunciation* pronunciation;
};

/// The front end puts it (a word joiner, which says nothing) before or behind a run of Chinese
/// where letters of another run touch it: digits there belong to a name such as CA1501 or 2024H1,
/// 下 to a Cantonese verb such as check下.
inline constexpr char16_t kLettersBeside = u'\u2060';

struct ReadWord {
  std::string text;
  size_t begin = 0;  ///< bytes of Reading::normalized
  std::vector<std::string> phones;
  bool by_user = false;  ///< its pronunciation, or a part of it, was given and not found
};

struct Reading {
  std::string normalized;
  std::vector<ReadWord> words;        ///< in order
  std::vector<int32_t> word2ph = {};  ///< phones per code point of `normalized`; zh and yue only
  std::string skipped = {};           ///< characters without a reading
};

/// Immutable after construction; read() may be called from many threads.
class Reader {
 public:
  Reader() = default;
  virtual ~Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// `given`: in order, apart; each pronunciation is of this reader's language.
  virtual Reading read(const std::string& text, const std::vector<GivenWord>& given) const = 0;
};

/// What every reader is made from.
struct ReaderSetup {
  std::filesystem::path lexicon_dir;  ///< folder of the *.lex files
  SymbolSet symbols = SymbolSet::kV2;
  bool compat = false;  ///< reproduce the reference, faults included
  std::shared_ptr<const en::LetterToSound> letters = nullptr;  ///< for unknown English words
  std::shared_ptr<const zh::Polyphones> polyphones = nullptr;  ///< for Mandarin
};

}  // namespace myna::text
