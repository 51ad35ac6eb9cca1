// Text -> phones. The front end turns one sentence into the phone symbols and ids that the networks
// were trained on (official v1 or v2 symbol sets), together with what a reader needs to see why:
// language runs, normalised text, words and their phone spans.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myna::text {

enum class Language { kZh, kEn, kJa, kKo, kYue };

/// How language runs are found. kAuto detects every language; kZh ... mean "that language plus
/// English"; kAllZh ... read everything as that language (English-only runs stay English).
enum class Mode { kAuto, kAutoYue, kZh, kEn, kJa, kKo, kYue, kAllZh, kAllJa, kAllKo, kAllYue };

/// Parses "auto", "zh", "all_zh", ...; throws Error(kUsage) naming the accepted words.
Mode parse_mode(std::string_view name);
std::string_view language_code(Language language);

enum class SymbolSet { kV1, kV2 };

/// A word of the normalised text with its phones. Offsets are UTF-8 bytes into
/// Utterance::normalized.
struct Word {
  std::string text;
  Language language = Language::kEn;
  size_t begin = 0, end = 0;
  size_t first_phone = 0, phone_count = 0;
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
  bool compat = false;  ///< reproduce the reference's normaliser, faults included
};

/// Immutable after construction; analyse() may be called from many threads.
class Frontend {
 public:
  /// `lexicon_dir`: folder with the lexicon files (assets/lexicons). Throws Error(kNotFound/
  /// kInvalidModel) naming the file that is missing or damaged.
  explicit Frontend(const std::filesystem::path& lexicon_dir, FrontendOptions options = {});
  ~Frontend();
  Frontend(Frontend&&) noexcept;

  /// One sentence (as returned by split_sentences). Throws Error(kInvalidText) for invalid UTF-8
  /// or when nothing can be spoken.
  Utterance analyse(std::string_view sentence, Mode mode) const;

  /// Symbol names of the table in id order.
  const std::vector<std::string>& symbols() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Cuts text of any length into sentences that are worth one synthesis each: at sentence ends,
/// long sentences at clauses, never inside a number, quote or bracket pair, no fragment of one
/// character. Joined, the pieces give the text without leading/trailing blanks.
std::vector<std::string> split_sentences(std::string_view text, size_t max_phones_hint = 160);

}  // namespace myna::text
