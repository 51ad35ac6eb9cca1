#include "text/readers.h"

#include "base/error.h"
#include "text/en/reader.h"
#include "text/ja/japanese.h"
#include "text/ko/reader.h"
#include "text/yue/reader.h"
#include "text/zh/reader.h"

namespace myna::text {
namespace {

struct Maker {
  Language language;
  std::unique_ptr<Reader> (*make)(const ReaderSetup& setup);
  bool needs_v2;  ///< its symbols are only in the v2 table
};

constexpr Maker kMakers[] = {{Language::kZh, zh::make_reader, false},
                             {Language::kEn, en::make_reader, false},
                             {Language::kJa, ja::make_reader, false},
                             {Language::kKo, ko::make_reader, true},
                             {Language::kYue, yue::make_reader, true}};

std::unique_ptr<Reader> make(Language language, const ReaderSetup& setup) {
  for (const Maker& maker : kMakers) {
    if (maker.language != language) continue;
    if (maker.needs_v2 && setup.symbols == SymbolSet::kV1) {
      throw Error(ErrorCode::kUnsupported,
                  "the text contains " + std::string(language_name(language)) +
                      ", which the v1 symbols cannot write; use a voice with v2 symbols",
                  "text");
    }
    return maker.make(setup);
  }
  throw Error(ErrorCode::kUnsupported,
              "the text contains " + std::string(language_name(language)) +
                  ", which this version cannot read yet; use another language",
              "text");
}

}  // namespace

Readers::Readers(ReaderSetup setup) : setup_(std::move(setup)) {
  std::error_code error;
  if (!std::filesystem::is_directory(setup_.lexicon_dir, error)) {
    throw Error(ErrorCode::kNotFound,
                "there is no such folder; point to the folder assets/lexicons",
                setup_.lexicon_dir.string());
  }
}

const Reader& Readers::of(Language language) const {
  Slot& slot = slots_[static_cast<int>(language)];
  std::call_once(slot.loaded, [&] { slot.reader = make(language, setup_); });
  return *slot.reader;
}

}  // namespace myna::text
