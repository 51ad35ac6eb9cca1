#include "text/zh/reader.h"

#include "text/unicode.h"
#include "text/zh/mandarin.h"

namespace myna::text::zh {
namespace {

/// The reference reads v1 by its dictionary alone.
std::shared_ptr<const Polyphones> polyphones_of(const ReaderSetup& setup) {
  return setup.compat && setup.symbols == SymbolSet::kV1 ? nullptr : setup.polyphones;
}

class MandarinReader final : public Reader {
 public:
  explicit MandarinReader(const ReaderSetup& setup)
      : mandarin_(setup.lexicon_dir,
                  {setup.compat, setup.symbols == SymbolSet::kV2, polyphones_of(setup)}) {}

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override {
    std::vector<Mandarin::Given> readings;
    for (const GivenWord& word : given) {
      Mandarin::Given reading{word.place, {}};
      for (const std::string& unit : word.pronunciation->units)
        reading.syllables.push_back(mandarin_.g2p().pinyin().parse(unit));
      readings.push_back(std::move(reading));
    }
    const Mandarin::Result analysed = mandarin_.analyse(text, readings);
    Reading out{analysed.normalized, {}};
    size_t at = 0;
    for (const G2pWord& word : analysed.words) {
      out.words.push_back({encode_utf8(word.text), at, word.phones, word.by_user});
      at += out.words.back().text.size();
      out.word2ph.insert(out.word2ph.end(), word.word2ph.begin(), word.word2ph.end());
    }
    out.skipped = encode_utf8(analysed.skipped);
    return out;
  }

 private:
  Mandarin mandarin_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<MandarinReader>(setup);
}

}  // namespace myna::text::zh
