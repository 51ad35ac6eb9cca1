#include "text/wordpiece.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr size_t kLongestWord = 100;  // characters; longer ones are unknown
constexpr uint64_t kMostVocabularyBytes = 4 << 20;

struct Range {
  char32_t first, last;
};

template <size_t N>
bool in_any(char32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

/// Characters that are words by themselves: the ideographs of Unicode's CJK blocks (not 〇).
bool is_ideograph(char32_t c) {
  static constexpr Range kBlocks[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},
                                      {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F},
                                      {0x2B820, 0x2CEAF}, {0x2F800, 0x2FA1F}};
  return in_any(c, kBlocks);
}

/// Signs of ASCII, and the punctuation of Latin and of East Asian text.
bool is_punctuation(char32_t c) {
  static constexpr Range kSigns[] = {
      {'!', '/'},       {':', '@'},       {'[', '`'},       {'{', '~'},       {0xA1, 0xA1},
      {0xA7, 0xA7},     {0xAB, 0xAB},     {0xB6, 0xB7},     {0xBB, 0xBB},     {0xBF, 0xBF},
      {0x2010, 0x2027}, {0x2030, 0x2043}, {0x2045, 0x2051}, {0x2053, 0x205E}, {0x3001, 0x3003},
      {0x3008, 0x3011}, {0x3014, 0x301F}, {0x3030, 0x3030}, {0x303D, 0x303D}, {0x30A0, 0x30A0},
      {0x30FB, 0x30FB}, {0xFE10, 0xFE19}, {0xFE30, 0xFE52}, {0xFE54, 0xFE61}, {0xFE63, 0xFE63},
      {0xFE68, 0xFE68}, {0xFE6A, 0xFE6B}, {0xFF01, 0xFF03}, {0xFF05, 0xFF0A}, {0xFF0C, 0xFF0F},
      {0xFF1A, 0xFF1B}, {0xFF1F, 0xFF20}, {0xFF3B, 0xFF3D}, {0xFF3F, 0xFF3F}, {0xFF5B, 0xFF5B},
      {0xFF5D, 0xFF5D}, {0xFF5F, 0xFF65}};
  return in_any(c, kSigns);
}

bool is_control(char32_t c) {
  static constexpr Range kControls[] = {{0x00, 0x08},     {0x0B, 0x0C},     {0x0E, 0x1F},
                                        {0x7F, 0x9F},     {0xAD, 0xAD},     {0x200B, 0x200F},
                                        {0x202A, 0x202E}, {0x2060, 0x2064}, {0xE000, 0xF8FF},
                                        {0xFEFF, 0xFEFF}, {0xFFFD, 0xFFFD}};
  return in_any(c, kControls);
}

[[noreturn]] void refuse(const std::string& what, const std::string& subject) {
  throw Error(ErrorCode::kInvalidModel, what, subject);
}

Vocabulary from_tokenizer(const std::filesystem::path& path) {
  const std::string subject = path.string();
  const Json json = read_json(path);
  const Json model = require<Json>(json, "model", subject);
  if (value_or<std::string>(model, "type", "WordPiece", subject) != "WordPiece" ||
      value_or<std::string>(model, "continuing_subword_prefix", "##", subject) != "##") {
    throw Error(ErrorCode::kUnsupported,
                "this tokenizer is not of the WordPiece kind; use the one of "
                "chinese-roberta-wwm-ext-large",
                subject);
  }
  const Json words = require<Json>(model, "vocab", subject);
  if (!words.is_object()) refuse("its vocabulary is not a table of tokens", subject);
  std::vector<std::string> by_id(words.size());
  for (const auto& [word, id] : words.items()) {
    const auto place = id.is_number_integer() ? id.get<int64_t>() : -1;
    if (place < 0 || place >= std::ssize(by_id) || !by_id[size_t(place)].empty() || word.empty() ||
        word.find('\n') != std::string::npos) {
      refuse("its vocabulary does not have every id once", subject);
    }
    by_id[size_t(place)] = word;
  }
  Vocabulary out;
  for (const std::string& word : by_id) out.lines += word + "\n";
  const auto normalizer = json.find("normalizer");
  if (normalizer != json.end() && normalizer->is_object())
    out.lower_case = value_or<bool>(*normalizer, "lowercase", true, subject);
  return out;
}

}  // namespace

Vocabulary read_vocabulary(const std::filesystem::path& folder) {
  const auto tokenizer = folder / "tokenizer.json", list = folder / "vocab.txt";
  std::error_code ignored;
  if (std::filesystem::is_regular_file(tokenizer, ignored)) return from_tokenizer(tokenizer);
  if (std::filesystem::is_regular_file(list, ignored))
    return {read_text(list, kMostVocabularyBytes), true};
  throw Error(ErrorCode::kNotFound,
              "the vocabulary (tokenizer.json or vocab.txt) that belongs beside the network is "
              "missing; copy the whole folder",
              folder.string());
}

WordPiece::WordPiece(std::string_view vocabulary, bool lower_case, const std::string& subject)
    : lower_case_(lower_case) {
  require_utf8(vocabulary, subject);
  size_t begin = 0;
  while (begin < vocabulary.size()) {
    size_t end = std::min(vocabulary.find('\n', begin), vocabulary.size());
    std::string token(vocabulary.substr(begin, end - begin));
    if (token.ends_with('\r')) token.pop_back();
    const auto id = int64_t(ids_.size());
    if (!ids_.emplace(token, id).second)
      refuse("its vocabulary has the token of line " + std::to_string(id + 1) + " twice", subject);
    begin = end + 1;
  }
  const std::pair<const char*, int64_t*> marks[] = {
      {"[CLS]", &begin_mark_}, {"[SEP]", &end_mark_}, {"[UNK]", &unknown_}};
  for (const auto& [mark, id] : marks) {
    *id = find(mark);
    if (*id < 0) refuse(std::string("its vocabulary has no ") + mark, subject);
  }
}

int64_t WordPiece::find(const std::string& token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? -1 : found->second;
}

void WordPiece::add_word(const std::vector<Letter>& word, std::vector<Token>* out) const {
  const size_t before = out->size();
  const Token whole{unknown_, word.front().place, word.back().place + 1};
  if (word.size() > kLongestWord) return out->push_back(whole);
  for (size_t begin = 0; begin < word.size();) {
    std::string piece = begin > 0 ? "##" : "";
    Token best;
    size_t next = begin;
    for (size_t end = begin; end < word.size(); ++end) {
      piece += word[end].bytes;
      const int64_t id = find(piece);
      if (id < 0) continue;
      best = {id, word[begin].place, word[end].place + 1};
      next = end + 1;
    }
    if (next == begin) {
      out->resize(before);
      return out->push_back(whole);
    }
    out->push_back(best);
    begin = next;
  }
}

std::vector<WordPiece::Token> WordPiece::tokenize(std::u32string_view text) const {
  std::vector<Token> out;
  std::vector<Letter> word;
  const auto finish = [&] {
    if (!word.empty()) add_word(word, &out);
    word.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i])) {
      finish();
      continue;
    }
    if (is_control(text[i])) continue;
    std::u32string letters(1, text[i]);
    if (lower_case_) {
      letters.clear();
      for (const char32_t c : strip_marks(text.substr(i, 1))) letters += lower_case(c);
    }
    for (const char32_t c : letters) {
      const bool alone = is_ideograph(c) || is_punctuation(c);
      if (alone) finish();
      word.push_back({encode_utf8(c), i});
      if (alone) finish();
    }
  }
  finish();
  return out;
}

}  // namespace myna::text
