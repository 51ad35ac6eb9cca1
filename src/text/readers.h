// The readers of all languages, each loaded when the first run of its language comes.
#pragma once

#include <memory>
#include <mutex>

#include "text/language.h"
#include "text/reader.h"

namespace myna::text {

/// May be used from many threads.
class Readers {
 public:
  /// Throws Error(kNotFound) when there is no such folder. A lexicon file that is missing or
  /// damaged in it is reported when its language is first read.
  explicit Readers(ReaderSetup setup);

  /// Throws as LexiconFile when a lexicon cannot be opened, Error(kUnsupported) for a language that
  /// `setup.symbols` has no symbols for. A failed load is tried again at the next call.
  const Reader& of(Language language) const;

  const ReaderSetup& setup() const { return setup_; }

 private:
  struct Slot {
    std::once_flag loaded;
    std::unique_ptr<Reader> reader;
  };

  ReaderSetup setup_;
  mutable Slot slots_[kLanguageCount];
};

}  // namespace myna::text
