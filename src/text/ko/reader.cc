#include "text/ko/reader.h"

#include <algorithm>
#include <utility>

#include "text/ko/analyser.h"
#include "text/ko/g2p.h"
#include "text/ko/hangul.h"
#include "text/ko/normalizer.h"
#include "text/ko/spoken_words.h"
#include "text/unicode.h"

namespace myna::text::ko {
namespace {

class KoreanReader final : public Reader {
 public:
  explicit KoreanReader(const ReaderSetup& setup)
      : compat_(setup.compat),
        rules_(setup.lexicon_dir / "ko_rules.lex"),
        words_(setup.lexicon_dir / "ko_words.lex"),
        analyser_(words_),
        normalizer_(rules_),
        spoken_words_(rules_),
        g2p_(rules_, setup.compat) {}

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override {
    Reading out;
    std::vector<Anchor> anchors;
    for (const GivenWord& word : given) anchors.push_back(word.place);
    if (compat_) {
      out.normalized = text;
    } else {
      bool whole = true;  // the first part is the whole text
      out.normalized = normalize_around(
          text, &anchors,
          [&](const std::string& part) {
            std::string skipped;
            std::string read = normalizer_.normalize(part, &skipped);
            if (std::exchange(whole, false)) out.skipped = skipped;
            return read;
          },
          " ");
    }
    size_t at = 0;
    for (size_t i = 0; i < anchors.size(); ++i) {
      rules(out.normalized.substr(at, anchors[i].begin - at), at, &out);
      const std::string word =
          out.normalized.substr(anchors[i].begin, anchors[i].end - anchors[i].begin);
      std::u32string jamo;
      for (const std::string& unit : given[i].pronunciation->units)
        jamo += to_jamo(decode_utf8(unit));
      out.words.push_back({word, anchors[i].begin, G2p::phones(jamo), true});
      at = anchors[i].end;
    }
    rules(out.normalized.substr(at), at, &out);
    if (compat_ && !out.words.empty()) close(&out.words.back().phones);
    return out;
  }

 private:
  /// Reads `part`, which begins at `offset` of the normalised text.
  void rules(const std::string& part, size_t offset, Reading* out) const {
    if (part.empty()) return;
    std::u32string prepared = g2p_.prepare(decode_utf8(part));
    std::vector<Morpheme> morphemes = analyser_.analyse(prepared);
    if (!compat_) spoken_words_.apply(&prepared, &morphemes);
    const std::vector<std::string> phones = G2p::phones(g2p_.pronounce(prepared, morphemes));
    // Sounds cross the blanks between words but never move them: a blank is a phone.
    std::vector<ReadWord> words(1);
    words[0].begin = offset;
    for (size_t i = 0; i < part.size(); ++i) {
      words.back().text += part[i];
      if (part[i] == ' ' && i + 1 < part.size()) words.push_back({{}, offset + i + 1, {}});
    }
    const auto blanks = static_cast<size_t>(std::count(phones.begin(), phones.end(), "空"));
    if (blanks != static_cast<size_t>(std::count(part.begin(), part.end(), ' ')))
      words = {{part, offset, {}}};
    size_t word = 0;
    for (const std::string& phone : phones) {
      words[word].phones.push_back(phone);
      if (phone == "空" && word + 1 < words.size()) ++word;
    }
    out->words.insert(out->words.end(), words.begin(), words.end());
  }

  /// The reference puts a full stop behind a text that ends with a letter.
  static void close(std::vector<std::string>* phones) {
    if (phones->empty()) return;
    const std::u32string last = decode_utf8(phones->back());
    if (last.size() == 1 && last[0] >= U'ㄱ' && last[0] <= U'ㅣ') phones->emplace_back(".");
  }

  const bool compat_;
  LexiconFile rules_, words_;
  Analyser analyser_;
  Normalizer normalizer_;
  SpokenWords spoken_words_;
  G2p g2p_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<KoreanReader>(setup);
}

}  // namespace myna::text::ko
