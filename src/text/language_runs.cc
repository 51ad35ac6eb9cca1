#include "text/language_runs.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "text/fasttext_model.h"
#include "text/language_identifier.h"
#include "text/lexicon_file.h"
#include "text/number_letters.h"
#include "text/reference_identifier.h"
#include "text/reference_runs.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

enum class Kind { kHan, kKana, kHangul, kLatin, kDigit, kOther };

Kind kind_of(char32_t c) {
  if (is_han(c)) return Kind::kHan;
  if (is_kana(c)) return Kind::kKana;
  if (is_hangul(c)) return Kind::kHangul;
  if (is_latin(c) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A))
    return Kind::kLatin;
  if (is_digit(c)) return Kind::kDigit;
  return Kind::kOther;
}

/// What Han characters are where nothing else decides, and what numbers are among them.
Language han_language(Mode mode) {
  switch (mode) {
    case Mode::kJa:
    case Mode::kAllJa:
      return Language::kJa;
    case Mode::kYue:
    case Mode::kAllYue:
    case Mode::kAutoYue:
      return Language::kYue;
    case Mode::kKo:
    case Mode::kAllKo:
      return Language::kKo;
    default:
      return Language::kZh;
  }
}

bool is_native(Kind kind) {
  return kind == Kind::kHan || kind == Kind::kKana || kind == Kind::kHangul;
}

bool is_hiragana(char32_t c) { return (c >= 0x3041 && c <= 0x309F) || c == U'々'; }

bool is_chinese(int language) {
  return language == static_cast<int>(Language::kZh) ||
         language == static_cast<int>(Language::kYue);
}

/// Whether letters beside a number are read in its language.
bool is_said_in(int language, LetterUse use) {
  switch (use) {
    case LetterUse::kUnit:
      return true;
    case LetterUse::kSign:
      return is_chinese(language) || language == static_cast<int>(Language::kJa);
    case LetterUse::kCurrency:
      return is_chinese(language);
    case LetterUse::kDollar:
      return language == static_cast<int>(Language::kYue);
    case LetterUse::kData:
      return !is_chinese(language);
    default:
      return false;
  }
}

/// Whether the only letters of a text are beside its numbers and read in `language`: "5kg-10kg".
bool is_quantity(const std::u32string& text, const std::vector<Kind>& kinds, Language language) {
  for (size_t i = 0; i < text.size();) {
    if (kinds[i] != Kind::kLatin) {
      ++i;
      continue;
    }
    const NumberLetters letters = number_letters(text, i);
    if (!is_said_in(static_cast<int>(language), letters.use)) return false;
    i = letters.end;
  }
  return true;
}

bool is_token_part(char32_t c, Kind kind) {
  return kind == Kind::kLatin || kind == Kind::kDigit ||
         (c < 0x80 && std::u32string_view(U"@._/:-+#&'").find(c) != std::u32string_view::npos);
}

/// Whether the digits of this token are read in English inside native text: addresses, B2B, H2O.
bool is_english_token(std::u32string_view token, const Kind* kinds) {
  if (token.find(U'@') != std::u32string_view::npos ||
      token.find(U"://") != std::u32string_view::npos ||
      token.substr(0, 4) == std::u32string_view(U"www.")) {
    return true;
  }
  for (size_t i = 1; i + 1 < token.size(); ++i) {
    if (kinds[i] == Kind::kDigit && kinds[i - 1] == Kind::kLatin && kinds[i + 1] == Kind::kLatin)
      return true;
  }
  return false;
}

/// Which characters are in a Latin stretch of three words of two lower-case letters or more.
std::vector<bool> english_phrases(const std::u32string& text, const std::vector<Kind>& kinds) {
  std::vector<bool> out(text.size());
  const auto inside = [&](size_t i) {
    return kinds[i] == Kind::kLatin || kinds[i] == Kind::kDigit || text[i] < 0x80;
  };
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin, words = 0, run = 0;
    bool counted = false;  // MacBook is one word
    for (; end < text.size() && inside(end); ++end) {
      const bool lower = text[end] >= 'a' && text[end] <= 'z';
      run = lower ? run + 1 : 0;
      counted = counted && kinds[end] == Kind::kLatin;
      if (run == 2 && !counted) {
        ++words;
        counted = true;
      }
    }
    for (size_t i = begin; i < end; ++i) out[i] = words >= 3;
    begin = end + 1;
  }
  return out;
}

/// How sure Japanese must be, in the logarithm of its odds, where a Han stretch touches hiragana or
/// katakana, stands in a sentence with kana, or in one without,
/// or holds characters that only Japanese writes.
constexpr double kBesideHiragana = -4, kBesideKatakana = -1.5, kNearKana = -2, kNoKana = 3,
                 kJapaneseForms = -1.5;
/// The same for Cantonese against Mandarin, with and without characters that Mandarin never writes.
constexpr double kWithCantoneseWords = 0, kWithoutCantoneseWords = 6;

/// Characters in the form that only Japan gave them, and its own.
bool is_japanese_form(char32_t c) {
  static constexpr std::u32string_view kForms =
      U"円駅県気渋働込畑辻峠匂図売読歩発対価変壊帰関検険験剣権観歓総経継続絵縄転伝払沢択済剤戦桜楽"
      U"薬栄営労厳"
      U"単弾悪拝拡挙軽郷録鉄雑霊頼顕黒黙仮児処団囲圧塩増徳恵応懐撃摂斉暁歴毎氷渇満焼犠獣獲瀬産畳砕"
      U"稲穂窓竜粋"
      U"絶縁繊聴脳臓荘蔵覚訳謡譲賛辺遅酔醸釈鉱錬閲陥隠隷髄髪鶏麺齢";
  return kForms.find(c) != std::u32string_view::npos;
}

bool is_cantonese_word(char32_t c) {
  static constexpr std::u32string_view kWords =
      U"嘅咗唔喺佢哋嚟啲嘢冇畀攞嗰噉揾啱咩喎囉嘞咁乜嗌瞓嬲靚㗎";
  return kWords.find(c) != std::u32string_view::npos;
}

/// For numbers: the language of the letters around them.
class Surroundings {
 public:
  Surroundings(const std::vector<Kind>& kinds, const std::vector<int>& languages)
      : kinds_(kinds), before_(kinds.size() + 1, -1), behind_(kinds.size() + 1, -1) {
    for (size_t i = 0; i < kinds.size(); ++i)
      before_[i + 1] = is_native(kinds[i]) ? languages[i] : before_[i];
    for (size_t i = kinds.size(); i-- > 0;)
      behind_[i] = is_native(kinds[i]) ? languages[i] : behind_[i + 1];
  }

  /// Of the number [begin, end): of the letters that touch it, those behind it first (counters),
  /// else of the next ones; -1 where there are none.
  int of(size_t begin, size_t end) const {
    const bool touched = end < kinds_.size() && is_native(kinds_[end]);
    if (!touched && begin > 0 && is_native(kinds_[begin - 1])) return before_[begin];
    return behind_[end] >= 0 ? behind_[end] : before_[begin];
  }

 private:
  const std::vector<Kind>& kinds_;
  std::vector<int> before_, behind_;  ///< of the nearest letters that are not Latin
};

}  // namespace

struct RunFinder::Own {
  LexiconFile file;
  LanguageIdentifier identifier;

  explicit Own(const std::filesystem::path& dir)
      : file(dir / "language_id.lex"), identifier(file) {}
};

struct RunFinder::Reference {
  LexiconFile phrases, file;
  FasttextModel model;

  explicit Reference(const std::filesystem::path& dir)
      : phrases(dir / "language_phrases.lex"), file(dir / "fasttext_lid.lex"), model(file) {}
};

struct RunFinder::Models {
  std::once_flag own_opened, reference_opened;
  std::unique_ptr<Own> own;
  std::unique_ptr<Reference> reference;
};

RunFinder::RunFinder(std::filesystem::path lexicon_dir, std::vector<Language> spoken)
    : lexicon_dir_(std::move(lexicon_dir)),
      spoken_(std::move(spoken)),
      models_(std::make_unique<Models>()) {}

RunFinder::~RunFinder() = default;

const LanguageIdentifier& RunFinder::own() const {
  std::call_once(models_->own_opened, [&] { models_->own = std::make_unique<Own>(lexicon_dir_); });
  return models_->own->identifier;
}

const RunFinder::Reference& RunFinder::reference() const {
  std::call_once(models_->reference_opened,
                 [&] { models_->reference = std::make_unique<Reference>(lexicon_dir_); });
  return *models_->reference;
}

bool RunFinder::speaks(Language language) const {
  return spoken_.empty() || std::find(spoken_.begin(), spoken_.end(), language) != spoken_.end();
}

/// Gives every stretch of Han characters its language: Japanese by what it says and by the kana
/// beside it, the others together Mandarin or Cantonese.
void RunFinder::name_han(const std::u32string& text, Mode mode, std::vector<int>* languages) const {
  const size_t n = text.size();
  const bool kana = std::any_of(text.begin(), text.end(), is_hiragana);
  std::u32string others;
  std::vector<std::pair<size_t, size_t>> chinese;
  for (size_t i = 0; i < n;) {
    if (!is_han(text[i])) {
      ++i;
      continue;
    }
    size_t j = i;
    while (j < n && is_han(text[j])) ++j;
    const char32_t before = i > 0 ? text[i - 1] : 0, after = j < n ? text[j] : 0;
    const bool hiragana = is_hiragana(before) || is_hiragana(after);
    const bool beside = is_kana(before) || is_kana(after);
    const std::u32string_view stretch = std::u32string_view(text).substr(i, j - i);
    const std::array<double, 3> p = own().probabilities(stretch);
    const double sure = std::log((p[2] + 1e-6) / (p[0] + p[1] + 1e-6));
    const double needed = hiragana ? kBesideHiragana
                          : beside ? kBesideKatakana
                          : kana   ? kNearKana
                                   : kNoKana;
    const bool forms = std::any_of(stretch.begin(), stretch.end(), is_japanese_form);
    const bool alone = stretch.size() == 1 && !beside && !kana && !forms;
    if (speaks(Language::kJa) && !alone &&
        sure > (forms ? std::min(needed, kJapaneseForms) : needed)) {
      std::fill(languages->begin() + static_cast<std::ptrdiff_t>(i),
                languages->begin() + static_cast<std::ptrdiff_t>(j),
                static_cast<int>(Language::kJa));
    } else {
      others += stretch;
      chinese.emplace_back(i, j);
    }
    i = j;
  }
  Language language = han_language(mode);
  if (mode == Mode::kAuto && others.size() > 1 && speaks(Language::kYue)) {
    const std::array<double, 3> p = own().probabilities(others);
    const bool words = std::any_of(others.begin(), others.end(), is_cantonese_word);
    const double needed = words ? kWithCantoneseWords : kWithoutCantoneseWords;
    if (std::log((p[1] + 1e-6) / (p[0] + 1e-6)) > needed) language = Language::kYue;
  }
  for (const auto& [begin, end] : chinese) {
    for (size_t i = begin; i < end; ++i) (*languages)[i] = static_cast<int>(language);
  }
}

/// The language of each character.
std::vector<int> RunFinder::find(const std::u32string& text, Mode mode) const {
  const size_t n = text.size();
  std::vector<Kind> kinds(n);
  bool has[6] = {};
  for (size_t i = 0; i < n; ++i) has[static_cast<int>(kinds[i] = kind_of(text[i]))] = true;
  const bool has_han = has[0], has_kana = has[1], has_hangul = has[2], has_latin = has[3];
  const bool letters = has_han || has_kana || has_hangul;
  const Language native = han_language(mode);
  const bool one = mode != Mode::kAuto && mode != Mode::kAutoYue && mode != Mode::kEn;
  if (mode == Mode::kEn || (!letters && has_latin && !(one && is_quantity(text, kinds, native))))
    return std::vector<int>(n, static_cast<int>(Language::kEn));
  if (!letters) return std::vector<int>(n, static_cast<int>(native));

  // Letters decide; -1 marks what takes the language of its surroundings.
  const int en = static_cast<int>(Language::kEn), own = static_cast<int>(native);
  std::vector<int> language(n, -1);
  for (size_t i = 0; i < n; ++i) {
    if (kinds[i] == Kind::kHan) language[i] = own;
    if (kinds[i] == Kind::kKana) language[i] = static_cast<int>(Language::kJa);
    if (kinds[i] == Kind::kHangul) language[i] = static_cast<int>(Language::kKo);
  }
  if (has_han && (mode == Mode::kAuto || mode == Mode::kAutoYue)) name_han(text, mode, &language);
  const std::vector<bool> phrases = english_phrases(text, kinds);
  const Surroundings surroundings(kinds, language);
  for (size_t i = 0; i < n;) {
    size_t j = i + 1;
    if (kinds[i] == Kind::kLatin || kinds[i] == Kind::kDigit) {
      while (j < n && is_token_part(text[j], kinds[j])) ++j;
      std::u32string_view token = std::u32string_view(text).substr(i, j - i);
      bool english = is_english_token(token, &kinds[i]) || phrases[i];
      for (size_t k = i; k < j;) {
        size_t end = k + 1;
        if (kinds[k] == Kind::kLatin) {
          const NumberLetters letters = number_letters(text, k);
          end = letters.end;
          const bool ours = is_said_in(surroundings.of(k, end), letters.use);
          const bool native_said = ours && !english;
          const int around = native_said ? surroundings.of(k, end) : en;
          for (size_t q = native_said ? letters.begin : k; q < end; ++q)
            language[q] = around < 0 ? own : around;
        } else if (english) {
          language[k] = en;
        } else if (kinds[k] == Kind::kDigit) {
          while (end < j && kinds[end] == Kind::kDigit) ++end;
          const int around = surroundings.of(k, end);
          for (size_t q = k; q < end; ++q) language[q] = around < 0 ? own : around;
        }
        k = end;
        j = std::max(j, k);
      }
    }
    i = j;
  }
  // Marks and blanks: inside one language they belong to it, else to what stands before them; signs
  // of arithmetic beside a number go with the number.
  std::vector<int> filled = language;
  for (size_t i = 0; i < n; ++i) {
    if (language[i] >= 0) continue;
    size_t j = i;
    while (j < n && language[j] < 0) ++j;
    int left = i > 0 ? language[i - 1] : -1, right = j < n ? language[j] : -1;
    int value = left < 0 ? right : left;
    bool before_number = j < n && kinds[j] == Kind::kDigit && text[j - 1] != ' ';
    if (left == en && right >= 0 && right != en && before_number) {
      size_t sign = j;
      while (sign > i && std::u32string_view(U"-−+±≈><≥≤=√$€£¥￥").find(text[sign - 1]) !=
                             std::u32string_view::npos)
        --sign;
      for (size_t k = i; k < sign; ++k) filled[k] = value;
      for (size_t k = sign; k < j; ++k) filled[k] = right;
    } else {
      for (size_t k = i; k < j; ++k) filled[k] = value < 0 ? own : value;
    }
    i = j - 1;
  }
  return filled;
}

std::vector<RawRun> RunFinder::split(const std::u32string& text, Mode mode,
                                     const std::vector<std::optional<Language>>& forced) const {
  std::vector<int> languages = find(text, mode);
  for (size_t i = 0; i < forced.size(); ++i) {
    if (forced[i]) languages[i] = static_cast<int>(*forced[i]);
  }
  std::vector<RawRun> runs;
  for (size_t i = 0; i < text.size(); ++i) {
    auto current = static_cast<Language>(languages[i]);
    if (runs.empty() || runs.back().language != current) runs.push_back({current, {}});
    runs.back().text.push_back(text[i]);
  }
  return runs;
}

std::vector<RunFinder::ReferenceRun> RunFinder::split_as_reference(const std::u32string& text,
                                                                   Mode mode) const {
  if (mode == Mode::kEn) return {{Language::kEn, text}};
  std::vector<ReferenceRun> out;
  for (ReferencePiece& piece :
       reference_pieces(text, mode, reference().phrases, identify_by(reference().model)))
    out.push_back({language_of_code(piece.language), std::move(piece.text)});
  return out;
}

}  // namespace myna::text
