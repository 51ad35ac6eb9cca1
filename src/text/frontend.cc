#include "text/frontend.h"

#include <algorithm>

#include "base/error.h"
#include "text/language_runs.h"
#include "text/pronunciation.h"
#include "text/readers.h"
#include "text/say_as.h"
#include "text/symbols.h"
#include "text/unicode.h"

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

/// Characters whose language is to be found in one way, with the spans they are from.
struct Stretch {
  std::optional<Language> language;
  std::u32string text;
  std::vector<const Span*> owner;
};

/// The language that a sentence seems to be in, for what has no language of its own.
Language language_of(const Sentence& sentence, Mode mode) {
  switch (mode) {
    case Mode::kEn:
      return Language::kEn;
    case Mode::kJa:
    case Mode::kAllJa:
      return Language::kJa;
    case Mode::kKo:
    case Mode::kAllKo:
      return Language::kKo;
    case Mode::kYue:
    case Mode::kAllYue:
      return Language::kYue;
    case Mode::kZh:
    case Mode::kAllZh:
      return Language::kZh;
    default:
      break;
  }
  const std::u32string text = decode_utf8(sentence.text());
  const auto has = [&](bool (*kind)(char32_t)) {
    return std::any_of(text.begin(), text.end(), kind);
  };
  if (has(is_kana)) return Language::kJa;
  if (has(is_hangul)) return Language::kKo;
  if (!has(is_han) && has(is_latin)) return Language::kEn;
  return mode == Mode::kAutoYue ? Language::kYue : Language::kZh;
}

/// Spans with say-as put into words, in the language of the sentence.
std::vector<Span> spoken_spans(const Sentence& sentence, Mode mode) {
  const Language own = language_of(sentence, mode);
  std::vector<Span> out;
  for (const Span& span : sentence.spans) {
    for (Span& part : expand_say_as(span, span.language.value_or(own))) {
      out.push_back(std::move(part));
    }
  }
  return out;
}

/// Which letters of other runs touch a run.
struct Beside {
  bool before = false, after = false;
};

/// Letters that the Chinese and English readers drop, since their rules know nothing of them. Greek
/// ones are signs; Han characters beyond the usual ones are dropped where no table has them.
std::string unread_letters(Language language, const std::string& text,
                           const std::string& normalized) {
  std::string out;
  for (const char32_t c : decode_utf8(text)) {
    const bool accent = c >= 0x300 && c <= 0x36F, greek = (c >= 0x391 && c <= 0x3C9) || c == 0xB5;
    if (!is_letter(c) || is_latin(c) || accent || greek || c == U'々') continue;
    const bool usual = language != Language::kEn && c >= 0x4E00 && c <= 0x9FFF;
    if (usual || c == U'〇') continue;
    const std::string written = encode_utf8(c);
    const bool kept = is_han(c) && normalized.find(written) != std::string::npos;
    if (!kept) out += written;
  }
  return out;
}

/// "no reading for ...", of many characters the first.
std::string unread_note(const std::string& skipped) {
  constexpr size_t kShown = 40;
  const std::u32string all = decode_utf8(skipped);
  if (all.size() <= kShown) return "no reading for " + skipped;
  return "no reading for " + encode_utf8(std::u32string_view(all).substr(0, kShown)) + " and " +
         std::to_string(all.size() - kShown) + " more characters";
}

}  // namespace

bool Utterance::silent() const { return std::all_of(phones.begin(), phones.end(), is_mark); }

struct Frontend::Impl {
  FrontendOptions options;
  Readers readers;
  RunFinder finder;
  Notations notations;
  const SymbolTable& table;

  Impl(const std::filesystem::path& dir, const FrontendOptions& o)
      : options(o),
        readers({dir, o.symbols, o.compat, o.letters, o.polyphones}),
        finder(dir, o.languages),
        notations(dir, o.symbols),
        table(SymbolTable::of(o.symbols)) {}

  Reading read(Language language, const std::string& text, std::vector<GivenWord> given,
               const Beside& beside) const;
  void add(Language language, const std::string& text, Reading reading, Utterance* out) const;
  void stretch(const Stretch& stretch, Mode mode, Utterance* out) const;
  void controlled(const Sentence& sentence, Mode mode, Utterance* out) const;
  void as_reference(const std::string& text, Mode mode, Utterance* out) const;
  void require_spoken(Language language) const;
};

void Frontend::Impl::require_spoken(Language language) const {
  const std::vector<Language>& spoken = options.languages;
  if (spoken.empty() || std::find(spoken.begin(), spoken.end(), language) != spoken.end()) return;
  std::string names;
  for (size_t i = 0; i < spoken.size(); ++i) {
    names += i == 0 ? "" : i + 1 == spoken.size() ? " and " : ", ";
    names += language_name(spoken[i]);
  }
  throw Error(ErrorCode::kUnsupported,
              "the text contains " + std::string(language_name(language)) +
                  ", which this voice's base model cannot speak; it speaks " + names,
              "text");
}

Reading Frontend::Impl::read(Language language, const std::string& text,
                             std::vector<GivenWord> given, const Beside& beside) const {
  require_spoken(language);
  static const std::string kMark = encode_utf8(kLettersBeside);
  const bool chinese = language == Language::kZh || language == Language::kYue;
  const std::string before = chinese && beside.before ? kMark : "";
  const std::string after = chinese && beside.after ? kMark : "";
  for (GivenWord& word : given) {
    word.place.begin += before.size();
    word.place.end += before.size();
  }
  Reading out = readers.of(language).read(before + text + after, given);
  if (!options.compat && (chinese || language == Language::kEn))
    out.skipped += unread_letters(language, text, out.normalized);
  return out;
}

void Frontend::Impl::add(Language language, const std::string& text, Reading reading,
                         Utterance* out) const {
  LanguageRun run{language, text, {}, out->phones.size(), 0};
  const bool spaced = language == Language::kEn && !options.compat;
  if (spaced && !out->normalized.empty() && !reading.normalized.empty()) out->normalized += ' ';
  const size_t base = out->normalized.size();
  out->normalized += reading.normalized;
  for (ReadWord& read : reading.words) {
    Word word{read.text,          language,
              base + read.begin,  base + read.begin + read.text.size(),
              out->phones.size(), read.phones.size(),
              read.by_user};
    for (const std::string& phone : read.phones) {
      out->phones.push_back(table.contains(phone) ? phone : "UNK");
      out->ids.push_back(table.id(phone));
    }
    out->words.push_back(std::move(word));
  }
  if (!reading.skipped.empty()) out->notes.push_back(unread_note(reading.skipped));
  run.phone_count = out->phones.size() - run.first_phone;
  run.normalized = std::move(reading.normalized);
  run.word2ph = std::move(reading.word2ph);
  out->runs.push_back(std::move(run));
}

/// Whether letters touch the digits at the edges of [begin, end): CA|1501, COVID|-19, 2024|H1; and
/// the 下 that Cantonese puts behind English verbs.
Beside letters_beside(const std::u32string& text, size_t begin, size_t end) {
  static constexpr std::u32string_view kCounting[] = {U"TOP", U"Top", U"top", U"No", U"NO"};
  const auto letter = [&](size_t i) {
    return i < text.size() && text[i] < 0x80 && is_latin(text[i]);
  };
  const auto digit = [&](size_t i) { return i < text.size() && is_digit(text[i]); };
  Beside out;
  size_t stop = begin;  // 粤B·12345
  if (stop > 0 && text[stop - 1] == U'·') --stop;
  size_t first = stop;
  const bool aspect = begin < end && text[begin] == U'下';  // check下
  if (aspect && stop > 0 && text[stop - 1] == ' ') first = --stop;
  while (first > 0 && letter(first - 1)) --first;
  if (first < stop) {
    const std::u32string_view word = std::u32string_view(text).substr(first, stop - first);
    out.before = (aspect || digit(begin) || (text[begin] == '-' && digit(begin + 1))) &&
                 std::find(std::begin(kCounting), std::end(kCounting), word) == std::end(kCounting);
  }
  const bool part = end < text.size() && (text[end] == 'H' || text[end] == 'Q');  // of a year
  out.after = part && digit(end - 1) && digit(end + 1);
  return out;
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
  for (const RawRun& run : finder.split(stretch.text, mode, forced)) {
    std::string text;
    std::vector<GivenWord> given;
    const Span* last = nullptr;
    for (size_t i = at; i < at + run.text.size(); ++i) {
      const Span* span = stretch.owner[i];
      if (span->pronunciation && span != last)
        given.push_back({{text.size(), 0}, &*span->pronunciation});
      text += encode_utf8(stretch.text[i]);
      if (span->pronunciation) given.back().place.end = text.size();
      last = span;
    }
    const Beside beside = letters_beside(stretch.text, at, at + run.text.size());
    at += run.text.size();
    add(run.language, text, read(run.language, text, std::move(given), beside), out);
  }
}

Frontend::Frontend(const std::filesystem::path& lexicon_dir, const FrontendOptions& options)
    : impl_(std::make_unique<Impl>(lexicon_dir, options)) {}
Frontend::~Frontend() = default;
Frontend::Frontend(Frontend&&) noexcept = default;

const std::vector<std::string>& Frontend::symbols() const {
  return symbol_names(impl_->options.symbols);
}

std::optional<Pronunciation> Frontend::find_pronunciation(std::string_view written,
                                                          std::optional<Language> language,
                                                          std::string* problem) const {
  return impl_->notations.find(written, language, problem);
}

Utterance Frontend::analyse(std::string_view sentence, Mode mode) const {
  Sentence plain;
  plain.spans.push_back({std::string(sentence), {}, {}});
  return analyse(plain, mode);
}

void Frontend::Impl::controlled(const Sentence& sentence, Mode mode, Utterance* out) const {
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
  if (pictures > 0) out->notes.push_back(dropped_note(pictures, "pictures (emoji)"));
  if (controls > 0) out->notes.push_back(dropped_note(controls, "control characters"));
  for (const Stretch& stretch : stretches) this->stretch(stretch, mode, out);
}

/// What the reference's preprocessor does with a piece of text: fewer than six phones are tried
/// once more with a full stop before them.
void Frontend::Impl::as_reference(const std::string& text, Mode mode, Utterance* out) const {
  constexpr size_t kFewPhones = 6;
  std::u32string plain;
  for (char32_t c : decode_utf8(text)) {
    if (c != ' ' || plain.empty() || plain.back() != ' ') plain += c;
  }
  for (const std::u32string& tried : {plain, U"." + plain}) {
    Utterance result;
    for (const RunFinder::ReferenceRun& found : finder.split_as_reference(tried, mode)) {
      // Marks without a language are given to English as a blank.
      const Language language = found.language.value_or(Language::kEn);
      const std::string part = found.language ? encode_utf8(found.text) : " ";
      add(language, part, read(language, part, {}, {}), &result);
    }
    result.text = out->text;
    *out = std::move(result);
    if (out->phones.size() >= kFewPhones) return;
  }
}

Utterance Frontend::analyse(const Sentence& sentence, Mode mode) const {
  Utterance out;
  out.text = sentence.text();
  if (impl_->options.compat) {
    impl_->as_reference(out.text, mode, &out);
  } else {
    impl_->controlled(sentence, mode, &out);
  }
  const bool all_han = std::all_of(out.runs.begin(), out.runs.end(), [](const LanguageRun& r) {
    return r.language == Language::kZh || r.language == Language::kYue;
  });
  for (const LanguageRun& r : out.runs) {
    if (all_han) out.word2ph.insert(out.word2ph.end(), r.word2ph.begin(), r.word2ph.end());
  }
  if (out.phones.empty() || (out.silent() && !impl_->options.compat)) {
    throw Error(ErrorCode::kInvalidText, "nothing in the text can be spoken; it holds no words",
                "text");
  }
  return out;
}

}  // namespace myna::text
