#include "text/en/reader.h"

#include <cctype>

#include "text/en/g2p.h"
#include "text/en/normalizer.h"

namespace myna::text::en {
namespace {

/// A full stop that belongs to an abbreviation (7 p.m., 5th Ave.) also ends the sentence.
void keep_full_stop(const std::string& text, std::string* normalized) {
  const size_t last = text.find_last_not_of(" \t\r\n");
  const size_t end = normalized->find_last_not_of(' ');
  if (last == std::string::npos || text[last] != '.' || end == std::string::npos) return;
  if (std::isalnum(static_cast<unsigned char>((*normalized)[end])) != 0)
    normalized->insert(end + 1, ".");
}

class EnglishReader final : public Reader {
 public:
  explicit EnglishReader(const ReaderSetup& setup)
      : words_(setup.lexicon_dir / "en_words.lex"),
        tags_(setup.lexicon_dir / "en_tags.lex"),
        tagger_(tags_, setup.compat),
        compat_(setup.compat ? std::make_unique<Compat>(words_, setup.lexicon_dir) : nullptr),
        normalizer_(setup.compat ? compat_rules() : default_rules()),
        g2p_(words_, tagger_, setup.letters, options_of(compat_.get())) {}

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override {
    std::vector<Anchor> anchors;
    for (const GivenWord& word : given) anchors.push_back(word.place);
    Reading out;
    out.normalized = normalize_around(
        text, &anchors, [&](const std::string& part) { return normalizer_.normalize(part); }, " ");
    if (!compat_) keep_full_stop(text, &out.normalized);
    std::vector<FixedWord> fixed;
    for (size_t i = 0; i < given.size(); ++i)
      fixed.push_back({anchors[i].begin, anchors[i].end, given[i].pronunciation->units});
    for (const G2pWord& word : g2p_.convert(out.normalized, fixed))
      out.words.push_back({word.text, word.begin, word.phones, word.by_user});
    return out;
  }

 private:
  struct Compat {
    Compat(const LexiconFile& words, const std::filesystem::path& lexicon_dir)
        : differing(lexicon_dir / "en_compat.lex"), dictionary(words, differing) {}
    LexiconFile differing;
    CompatDictionary dictionary;
  };

  static G2pOptions options_of(const Compat* compat) {
    if (compat == nullptr) return {};
    return {&compat->dictionary, {}, {}};
  }

  LexiconFile words_, tags_;
  Tagger tagger_;
  std::unique_ptr<const Compat> compat_;
  Normalizer normalizer_;
  G2p g2p_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<EnglishReader>(setup);
}

}  // namespace myna::text::en
