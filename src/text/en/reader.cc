#include "text/en/reader.h"

#include "text/en/g2p.h"
#include "text/en/normalizer.h"

namespace myna::text::en {
namespace {

class EnglishReader final : public Reader {
 public:
  explicit EnglishReader(const ReaderSetup& setup)
      : words_(setup.lexicon_dir / "en_words.lex"),
        normalizer_(setup.compat ? compat_rules() : default_rules()),
        g2p_(words_, setup.letters, {setup.compat}) {}

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override {
    std::vector<Anchor> anchors;
    for (const GivenWord& word : given) anchors.push_back(word.place);
    Reading out;
    out.normalized = normalize_around(
        text, &anchors, [&](const std::string& part) { return normalizer_.normalize(part); }, " ");
    std::vector<FixedWord> fixed;
    for (size_t i = 0; i < given.size(); ++i)
      fixed.push_back({anchors[i].begin, anchors[i].end, given[i].pronunciation->units});
    for (const G2pWord& word : g2p_.convert(out.normalized, fixed))
      out.words.push_back({word.text, word.begin, word.phones, word.by_user});
    return out;
  }

 private:
  LexiconFile words_;
  Normalizer normalizer_;
  G2p g2p_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<EnglishReader>(setup);
}

}  // namespace myna::text::en
