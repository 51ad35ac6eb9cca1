// Cuts a sentence into runs of one language: by script, then by identification and the text around
// where the script does not tell (Han characters are Mandarin, Cantonese or Japanese), never by one
// character alone.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/language.h"

namespace myna::text {

class LanguageIdentifier;

struct RawRun {
  Language language;
  std::u32string text;
};

/// Its models are opened when a text first needs them. May be used from many threads.
class RunFinder {
 public:
  /// `spoken`: languages that may be found where there is a choice; empty: all.
  RunFinder(std::filesystem::path lexicon_dir, std::vector<Language> spoken);
  ~RunFinder();

  /// The runs, joined, give `text` back. Numbers and marks go to the run they stand in; a number
  /// with a letter unit ("5kg") stays with Han text around it.
  /// `forced`: empty, or per character a language that is not to be guessed.
  std::vector<RawRun> split(const std::u32string& text, Mode mode,
                            const std::vector<std::optional<Language>>& forced = {}) const;

  /// As the reference splits (reference_runs.h, reference_identifier.h); what it takes for marks
  /// alone has no language.
  struct ReferenceRun {
    std::optional<Language> language;
    std::u32string text;
  };
  std::vector<ReferenceRun> split_as_reference(const std::u32string& text, Mode mode) const;

 private:
  struct Own;
  struct Reference;
  struct Models;
  const LanguageIdentifier& own() const;
  const Reference& reference() const;
  std::vector<int> find(const std::u32string& text, Mode mode) const;
  void name_han(const std::u32string& text, Mode mode, std::vector<int>* languages) const;
  bool speaks(Language language) const;

  std::filesystem::path lexicon_dir_;
  std::vector<Language> spoken_;
  std::unique_ptr<Models> models_;
};

}  // namespace myna::text
