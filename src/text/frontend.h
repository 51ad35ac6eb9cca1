// Text -> phones. The front end turns one sentence into the phone symbols and ids that the networks
// were trained on (official v1 or v2 symbol sets), together with what a reader needs to see why:
// language runs, normalised text, words and their phone spans.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/en/letter_to_sound.h"
#include "text/language.h"
#include "text/script.h"
#include "text/symbols.h"
#include "text/zh/polyphones.h"

namespace myna::text {

/// A word of the normalised text with its phones. Offsets are UTF-8 bytes into
/// Utterance::normalized.
struct Word {
  std::string text;
  Language language = Language::kEn;
  size_t begin = 0, end = 0;
  size_t first_phone = 0, phone_count = 0;
  bool by_user = false;  ///< its pronunciation, or a part of it, was given and not found
};

/// A stretch of one language; offsets as in Word.
struct LanguageRun {
  Language language = Language::kEn;
  std::string text;        ///< as written
  std::string normalized;  ///< as read
  size_t first_phone = 0, phone_count = 0;
  std::vector<int32_t> word2ph = {};  ///< phones per code point of `normalized`; zh and yue only
};

/// One analysed sentence. phones.size() == ids.size(); the words and runs tile the phones in order.
struct Utterance {
  std::string text;
  std::string normalized;
  std::vector<std::string> phones;  ///< symbol names of the official table
  std::vector<int32_t> ids;         ///< their indices
  std::vector<int32_t> word2ph;  ///< as LanguageRun::word2ph when all runs are zh/yue, else empty
  std::vector<Word> words;
  std::vector<LanguageRun> runs;
  std::vector<std::string> notes;  ///< harmless skips, for the user ("dropped 2 emoji")
  /// True when nothing but punctuation remained.
  bool silent() const;
};

struct FrontendOptions {
  SymbolSet symbols = SymbolSet::kV2;
  /// Reproduce the reference: language runs, normalisers and readings, faults included. Control
  /// over the reading is then not looked at.
  bool compat = false;
  /// What the voice can speak; empty: everything. A text in another language is an
  /// Error(kUnsupported) that names it, and is not looked for where there is a choice.
  std::vector<Language> languages = {};
  /// Reads English words that the dictionary lacks; without it they are spelled letter by letter.
  std::shared_ptr<const en::LetterToSound> letters = nullptr;
  /// Reads Mandarin characters that have several readings; without it the dictionary does.
  std::shared_ptr<const zh::Polyphones> polyphones = nullptr;
};

/// Immutable after construction; analyse() may be called from many threads.
class Frontend {
 public:
  /// `lexicon_dir`: folder with the lexicon files (assets/lexicons). Throws Error(kNotFound/
  /// kInvalidModel) naming the file that is missing or damaged.
  explicit Frontend(const std::filesystem::path& lexicon_dir, const FrontendOptions& options = {});
  ~Frontend();
  Frontend(Frontend&&) noexcept;

  /// One sentence (as returned by split_sentences). Throws Error(kInvalidText) for invalid UTF-8
  /// or when nothing can be spoken.
  Utterance analyse(std::string_view sentence, Mode mode) const;
  /// The same with control over the reading; `sentence` is not a pause.
  Utterance analyse(const Sentence& sentence, Mode mode) const;

  /// A pronunciation as people write it: pinyin ("hang2", "nǐ hǎo"), ARPAbet with stress
  /// ("W AH1 N"), jyutping ("hang4") where `language` is Cantonese, or Hangul as it sounds
  /// ("갑씨"). Nothing when it is none; `problem` then says why and what to write instead.
  std::optional<Pronunciation> find_pronunciation(std::string_view written,
                                                  std::optional<Language> language = {},
                                                  std::string* problem = nullptr) const;

  /// Symbol names of the table in id order.
  const std::vector<std::string>& symbols() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Cuts text of any length into sentences that are worth one synthesis each: at sentence ends,
/// long sentences at clauses into parts of about equal duration, never inside a number, quote or
/// bracket pair, no fragment of one character (see sentences.h). Joined, the pieces give the text
/// without leading/trailing blanks.
std::vector<std::string> split_sentences(std::string_view text, size_t max_phones_hint = 160);

}  // namespace myna::text
