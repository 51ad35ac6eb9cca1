#include "text/frontend.h"

#include <algorithm>

#include "base/error.h"
#include "text/en/g2p.h"
#include "text/en/normalizer.h"
#include "text/language_runs.h"
#include "text/lexicon_file.h"
#include "text/symbols.h"
#include "text/unicode.h"
#include "text/zh/mandarin.h"

namespace myna::text {
namespace {

struct ModeName {
  const char* name;
  Mode mode;
};
constexpr ModeName kModes[] = {{"auto", Mode::kAuto},     {"auto_yue", Mode::kAutoYue},
                               {"zh", Mode::kZh},         {"en", Mode::kEn},
                               {"ja", Mode::kJa},         {"ko", Mode::kKo},
                               {"yue", Mode::kYue},       {"all_zh", Mode::kAllZh},
                               {"all_ja", Mode::kAllJa},  {"all_ko", Mode::kAllKo},
                               {"all_yue", Mode::kAllYue}};

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

}  // namespace

Mode parse_mode(std::string_view name) {
  std::string accepted;
  for (const ModeName& m : kModes) {
    if (name == m.name) return m.mode;
    accepted += (accepted.empty() ? "" : ", ") + std::string(m.name);
  }
  throw Error(ErrorCode::kUsage,
              "unknown language mode '" + std::string(name) + "'; use one of " + accepted,
              "language");
}

std::string_view language_code(Language language) {
  switch (language) {
    case Language::kZh:
      return "zh";
    case Language::kEn:
      return "en";
    case Language::kJa:
      return "ja";
    case Language::kKo:
      return "ko";
    case Language::kYue:
      return "yue";
  }
  return "?";
}

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
  void zh_run(const RawRun& run, Utterance* out) const;
  void en_run(const RawRun& run, Utterance* out) const;
};

void Frontend::Impl::zh_run(const RawRun& run, Utterance* out) const {
  LanguageRun result{Language::kZh, encode_utf8(run.text), {}, out->phones.size(), 0};
  zh::Mandarin::Result analysed = mandarin.analyse(result.text);
  result.normalized = analysed.normalized;
  for (const zh::G2pWord& word : analysed.words) {
    Word w{encode_utf8(word.text), Language::kZh, out->normalized.size(), 0, out->phones.size(), 0};
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

void Frontend::Impl::en_run(const RawRun& run, Utterance* out) const {
  LanguageRun result{Language::kEn, encode_utf8(run.text), {}, out->phones.size(), 0};
  result.normalized = en_normalizer.normalize(result.text);
  size_t base = out->normalized.size();
  if (base > 0 && !result.normalized.empty()) {
    out->normalized += ' ';
    ++base;
  }
  out->normalized += result.normalized;
  for (const en::G2pWord& word : en_g2p.convert(result.normalized)) {
    Word w{word.text,          Language::kEn,
           base + word.begin,  base + word.begin + word.text.size(),
           out->phones.size(), 0};
    for (const std::string& phone : word.phones) add(out, phone);
    w.phone_count = out->phones.size() - w.first_phone;
    out->words.push_back(std::move(w));
  }
  result.phone_count = out->phones.size() - result.first_phone;
  out->runs.push_back(std::move(result));
}

Frontend::Frontend(const std::filesystem::path& lexicon_dir, FrontendOptions options)
    : impl_(std::make_unique<Impl>(lexicon_dir, options)) {}
Frontend::~Frontend() = default;
Frontend::Frontend(Frontend&&) noexcept = default;

const std::vector<std::string>& Frontend::symbols() const {
  return symbol_names(impl_->options.symbols);
}

Utterance Frontend::analyse(std::string_view sentence, Mode mode) const {
  Utterance out;
  out.text = sentence;
  std::u32string text;
  size_t pictures = 0, controls = 0;
  for (char32_t c : decode_utf8(sentence)) {
    if (is_dropped(c)) {
      ++pictures;
      text.push_back(' ');
    } else if (is_control(c)) {
      ++controls;
    } else {
      text.push_back(c == '\n' || c == '\t' ? U' ' : c);
    }
  }
  if (pictures > 0) out.notes.push_back(dropped_note(pictures, "pictures (emoji)"));
  if (controls > 0) out.notes.push_back(dropped_note(controls, "control characters"));
  for (const RawRun& run : split_languages(text, mode)) {
    switch (run.language) {
      case Language::kZh:
        impl_->zh_run(run, &out);
        break;
      case Language::kEn:
        impl_->en_run(run, &out);
        break;
      default:
        throw Error(ErrorCode::kUnsupported,
                    "the text contains " + std::string(language_code(run.language)) +
                        ", which this version cannot read yet; use Mandarin or English",
                    encode_utf8(run.text));
    }
  }
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
