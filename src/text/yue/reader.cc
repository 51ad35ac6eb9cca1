#include "text/yue/reader.h"

#include <algorithm>

#include "base/error.h"
#include "text/unicode.h"
#include "text/yue/jyutping.h"
#include "text/yue/normalizer.h"

namespace myna::text::yue {
namespace {

/// A word of the normalised text whose syllables are known.
struct Fixed {
  size_t begin = 0, end = 0;  ///< characters
  const std::vector<std::string>* syllables = nullptr;
  bool by_user = true;
};

class CantoneseReader final : public Reader {
 public:
  explicit CantoneseReader(const ReaderSetup& setup)
      : compat_(setup.compat),
        words_(setup.lexicon_dir / "yue_words.lex"),
        rules_(setup.lexicon_dir / "zh_rules.lex"),
        jyutping_(words_),
        normalizer_(rules_, setup.compat) {}

  Reading read(const std::string& text, const std::vector<GivenWord>& given) const override {
    std::vector<Anchor> anchors;
    for (const GivenWord& word : given) anchors.push_back(word.place);
    Reading out;
    out.normalized = normalize_around(
        text, &anchors, [&](const std::string& part) { return normalizer_.normalize(part); }, "");
    const std::u32string all = decode_utf8(out.normalized);
    std::vector<Fixed> fixed;
    for (size_t i = 0; i < given.size(); ++i) {
      const std::string_view before = out.normalized;
      const size_t begin = count_code_points(before.substr(0, anchors[i].begin));
      const size_t end = count_code_points(before.substr(0, anchors[i].end));
      fixed.push_back({begin, end, &given[i].pronunciation->units, true});
    }
    static const std::string kAspect = encode_utf8(kLettersBeside) + "下";
    static const std::vector<std::string> kAspectSound = {"haa5"};
    const bool aspect = !compat_ && text.compare(0, kAspect.size(), kAspect) == 0 && !all.empty() &&
                        all[0] == U'下' && (fixed.empty() || fixed[0].begin > 0);
    if (aspect) fixed.insert(fixed.begin(), {0, 1, &kAspectSound, false});  // check下
    auto next = fixed.begin();
    for (size_t at = 0; at < all.size();) {
      while (next != fixed.end() && next->end <= at) ++next;
      const bool told = next != fixed.end() && next->begin == at;
      at += told ? given_word(all, *next, &out)
                 : known_word(all, at, next == fixed.end() ? all.size() : next->begin, &out);
    }
    return out;
  }

 private:
  static void add(const std::u32string& all, size_t begin, size_t end, ReadWord word,
                  Reading* out) {
    word.text = encode_utf8(std::u32string_view(all).substr(begin, end - begin));
    if (!out->words.empty()) word.begin = out->words.back().begin + out->words.back().text.size();
    out->words.push_back(std::move(word));
  }

  /// The characters share the phones of the syllables.
  static size_t given_word(const std::u32string& all, const Fixed& fixed, Reading* out) {
    ReadWord word;
    word.by_user = fixed.by_user;
    for (const std::string& syllable : *fixed.syllables) {
      const auto phones = phones_of(syllable);
      if (phones) word.phones.insert(word.phones.end(), phones->begin(), phones->end());
    }
    const size_t length = fixed.end - fixed.begin, phones = word.phones.size();
    for (size_t i = 0; i < length; ++i)
      out->word2ph.push_back(static_cast<int32_t>((i + 1) * phones / length - i * phones / length));
    add(all, fixed.begin, fixed.end, std::move(word), out);
    return length;
  }

  size_t known_word(const std::u32string& all, size_t at, size_t stop, Reading* out) const {
    ReadWord word;
    if (!is_han(all[at])) {  // a mark
      word.phones.push_back(encode_utf8(all[at]));
      out->word2ph.push_back(1);
      add(all, at, at + 1, std::move(word), out);
      return 1;
    }
    const std::u32string_view rest = std::u32string_view(all).substr(at, stop - at);
    const std::vector<std::string> readings =
        compat_ ? jyutping_.longest(rest) : jyutping_.longest_spoken(rest);
    for (const std::string& reading : readings) {
      const size_t before = word.phones.size();
      read_character(reading, &word);
      out->word2ph.push_back(static_cast<int32_t>(word.phones.size() - before));
    }
    if (readings.empty()) {
      if (compat_) {
        throw Error(ErrorCode::kInvalidText,
                    "the character " + encode_utf8(all[at]) + " has no known reading; replace it");
      }
      out->skipped += encode_utf8(all[at]);
      out->word2ph.push_back(0);
    }
    const size_t length = std::max<size_t>(readings.size(), 1);
    add(all, at, at + length, std::move(word), out);
    return length;
  }

  /// `reading`: a syllable, or two for the few characters that stand for two. The reference takes
  /// those for one, which no symbol names.
  void read_character(const std::string& reading, ReadWord* word) const {
    for (size_t at = 0; at < reading.size();) {
      const size_t end = compat_ ? reading.size() : std::min(reading.find('_', at), reading.size());
      const auto phones = phones_of(reading.substr(at, end - at));
      if (phones) word->phones.insert(word->phones.end(), phones->begin(), phones->end());
      at = end + 1;
    }
  }

  const bool compat_;
  LexiconFile words_, rules_;
  Jyutping jyutping_;
  Normalizer normalizer_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSetup& setup) {
  return std::make_unique<CantoneseReader>(setup);
}

}  // namespace myna::text::yue
