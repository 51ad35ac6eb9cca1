#include "text/frontend.h"

#include <algorithm>

#include "base/error.h"
#include "text/anchors.h"
#include "text/en/g2p.h"
#include "text/en/normalizer.h"
#include "text/language_runs.h"
#include "text/lexicon_file.h"
#include "text/pronunciation.h"
#include "text/say_as.h"
#include "text/symbols.h"
#include "text/unicode.h"
#include "text/zh/mandarin.h"

namespace myna::text {
namespace {

bool is_mark(const std::string& phone) {
  return phone == "." || phone == "," || phone == "!" || phone == "?" || phone == "-" ||
         phone == "…";
}

bool is_dropped(char32_t c) {
  return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) || c == 0xFE0F ||
         c == 0x200D || (c >= 0xE000 && c <= 0xF8FF) || (c >= 0x1F1E6 && c <= 0x1F1FF);
}

bool is_control(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || c == 0xFEFF ||
         c == 0xFFFD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

std::string dropped_note(size_t count, const char* what) {
  return "dropped " + std::to_string(count) + " " + what;
}

/// A word of a run whose pronunciation the user gives.
struct Given {
  Anchor place;  ///< bytes of the run
  const Pronunciation* pronunciation;
};

/// Characters whose language is to be found in one way, with the spans they are from.
struct Stretch {
  std::optional<Language> language;
  std::u32string text;
  std::vector<const Span*> owner;
};

/// Spans with say-as put into words, in the language of the sentence.
std::vector<Span> spoken_spans(const Sentence& sentence, Mode mode) {
  const std::u32string text = decode_utf8(sentence.text());
  const bool han = std::any_of(text.begin(), text.end(), is_han);
  const bool latin = std::any_of(text.begin(), text.end(), is_latin);
  const Language own = han                   ? Language::kZh
                       : mode == Mode::kEn   ? Language::kEn
                       : mode == Mode::kAuto ? (latin ? Language::kEn : Language::kZh)
                                             : Language::kZh;
  std::vector<Span> out;
  for (const Span& span : sentence.spans) {
    for (Span& part : expand_say_as(span, span.language.value_or(own))) {
      out.push_back(std::move(part));
    }
  }
  return out;
}

}  // namespace

bool Utterance::silent() const { return std::all_of(phones.begin(), phones.end(), is_mark); }

struct Frontend::Impl {
  FrontendOptions options;
  LexiconFile en_words, en_lts;
  zh::Mandarin mandarin;
  en::Normalizer en_normalizer;
  en::G2p en_g2p;
  const SymbolTable& table;

  Impl(const std::filesystem::path& dir, FrontendOptions o)
      : options(o),
        en_words(dir / "en_words.lex"),
        en_lts(dir / "en_letters.lex"),
        mandarin(dir, {o.compat, o.symbols == SymbolSet::kV2}),
        en_g2p(en_words, en_lts),
        table(SymbolTable::of(o.symbols)) {}

  void add(Utterance* out, std::string_view phone) const {
    out->phones.emplace_back(table.contains(phone) ? phone : "UNK");
    out->ids.push_back(table.id(phone));
  }
  void zh_run(const std::string& text, const std::vector<Given>& given, Utterance* out) const;
  void en_run(const std::string& text, const std::vector<Given>& given, Utterance* out) const;
  void stretch(const Stretch& stretch, Mode mode, Utterance* out) const;
};

void Frontend::Impl::zh_run(const std::string& text, const std::vector<Given>& given,
                            Utterance* out) const {
  LanguageRun result{Language::kZh, text, {}, out->phones.size(), 0};
  std::vector<zh::Mandarin::Given> readings;
  for (const Given& word : given) {
    zh::Mandarin::Given reading{word.place, {}};
    for (const std::string& unit : word.pronunciation->units)
      reading.syllables.push_back(mandarin.g2p().pinyin().parse(unit));
    readings.push_back(std::move(reading));
  }
  zh::Mandarin::Result analysed = mandarin.analyse(text, readings);
  result.normalized = analysed.normalized;
  for (const zh::G2pWord& word : analysed.words) {
    Word w{encode_utf8(word.text),
           Language::kZh,
           out->normalized.size(),
           0,
           out->phones.size(),
           0,
           word.by_user};
    out->normalized += w.text;
    w.end = out->normalized.size();
    for (const std::string& phone : word.phones) add(out, phone);
    w.phone_count = out->phones.size() - w.first_phone;
    result.word2ph.insert(result.word2ph.end(), word.word2ph.begin(), word.word2ph.end());
    out->words.push_back(std::move(w));
  }
  if (!analysed.skipped.empty())
    out->notes.push_back("no reading for " + encode_utf8(analysed.skipped));
  result.phone_count = out->phones.size() - result.first_phone;
  out->runs.push_back(std::move(result));
}

void Frontend::Impl::en_run(const std::string& text, const std::vector<Given>& given,
                            Utterance* out) const {
  LanguageRun result{Language::kEn, text, {}, out->phones.size(), 0};
  std::vector<Anchor> anchors;
  for (const Given& word : given) anchors.push_back(word.place);
  result.normalized = normalize_around(
      text, &anchors, [&](const std::string& part) { return en_normalizer.normalize(part); }, " ");
  std::vector<en::FixedWord> fixed;
  for (size_t i = 0; i < given.size(); ++i)
    fixed.push_back({anchors[i].begin, anchors[i].end, given[i].pronunciation->units});
  size_t base = out->normalized.size();
  if (base > 0 && !result.normalized.empty()) {
    out->normalized += ' ';
    ++base;
  }
  out->normalized += result.normalized;
  for (const en::G2pWord& word : en_g2p.convert(result.normalized, fixed)) {
    Word w{word.text,          Language::kEn,
           base + word.begin,  base + word.begin + word.text.size(),
           out->phones.size(), 0,
           word.by_user};
    for (const std::string& phone : word.phones) add(out, phone);
    w.phone_count = out->phones.size() - w.first_phone;
    out->words.push_back(std::move(w));
  }
  result.phone_count = out->phones.size() - result.first_phone;
  out->runs.push_back(std::move(result));
}

/// Reads characters that share one mode.
void Frontend::Impl::stretch(const Stretch& stretch, Mode mode, Utterance* out) const {
  std::vector<std::optional<Language>> forced(stretch.text.size());
  for (size_t i = 0; i < forced.size(); ++i) {
    const char32_t c = stretch.text[i];
    const Span& span = *stretch.owner[i];
    const bool foreign = is_han(c) || is_kana(c) || is_hangul(c);
    if (span.pronunciation) {
      forced[i] = span.pronunciation->language;
    } else if (span.language == Language::kEn && !foreign) {
      forced[i] = Language::kEn;  // what English cannot read is still read
    }
  }
  if (stretch.language && stretch.language != Language::kEn) mode = mode_of(*stretch.language);
  size_t at = 0;
  for (const RawRun& run : split_languages(stretch.text, mode, forced)) {
    std::string text;
    std::vector<Given> given;
    const Span* last = nullptr;
    for (size_t i = at; i < at + run.text.size(); ++i) {
      const Span* span = stretch.owner[i];
      if (span->pronunciation && span != last)
        given.push_back({{text.size(), 0}, &*span->pronunciation});
      text += encode_utf8(stretch.text[i]);
      if (span->pronunciation) given.back().place.end = text.size();
      last = span;
    }
    at += run.text.size();
    switch (run.language) {
      case Language::kZh:
        zh_run(text, given, out);
        break;
      case Language::kEn:
        en_run(text, given, out);
        break;
      default:
        throw Error(ErrorCode::kUnsupported,
                    "the text contains " + std::string(language_code(run.language)) +
                        ", which this version cannot read yet; use Mandarin or English",
                    text);
    }
  }
}

Frontend::Frontend(const std::filesystem::path& lexicon_dir, FrontendOptions options)
    : impl_(std::make_unique<Impl>(lexicon_dir, options)) {}
Frontend::~Frontend() = default;
Frontend::Frontend(Frontend&&) noexcept = default;

const std::vector<std::string>& Frontend::symbols() const {
  return symbol_names(impl_->options.symbols);
}

std::optional<Pronunciation> Frontend::find_pronunciation(std::string_view written,
                                                          std::string* problem) const {
  return text::find_pronunciation(written, impl_->mandarin.g2p().pinyin(), impl_->table, problem);
}

Utterance Frontend::analyse(std::string_view sentence, Mode mode) const {
  Sentence plain;
  plain.spans.push_back({std::string(sentence), {}, {}});
  return analyse(plain, mode);
}

Utterance Frontend::analyse(const Sentence& sentence, Mode mode) const {
  Utterance out;
  out.text = sentence.text();
  const std::vector<Span> spans = spoken_spans(sentence, mode);
  std::vector<Stretch> stretches;
  size_t pictures = 0, controls = 0;
  for (const Span& span : spans) {
    if (stretches.empty() || stretches.back().language != span.language)
      stretches.push_back({span.language, {}, {}});
    Stretch& stretch = stretches.back();
    for (char32_t c : decode_utf8(span.text)) {
      if (is_control(c)) {
        ++controls;
        continue;
      }
      if (is_dropped(c) && !span.pronunciation) {
        ++pictures;
        c = ' ';
      }
      stretch.text.push_back(c == '\n' || c == '\t' ? U' ' : c);
      stretch.owner.push_back(&span);
    }
  }
  if (pictures > 0) out.notes.push_back(dropped_note(pictures, "pictures (emoji)"));
  if (controls > 0) out.notes.push_back(dropped_note(controls, "control characters"));
  for (const Stretch& stretch : stretches) impl_->stretch(stretch, mode, &out);
  bool all_han = std::all_of(out.runs.begin(), out.runs.end(),
                             [](const LanguageRun& r) { return r.language == Language::kZh; });
  for (const LanguageRun& r : out.runs) {
    if (all_han) out.word2ph.insert(out.word2ph.end(), r.word2ph.begin(), r.word2ph.end());
  }
  if (out.phones.empty() || out.silent()) {
    throw Error(ErrorCode::kInvalidText, "nothing in the text can be spoken; it holds no words",
                "text");
  }
  return out;
}

}  // namespace myna::text
