#include "text/user_lexicon.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/utf8.h"
#include "text/pronunciation.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr uint64_t kMaxFileBytes = 16 << 20;

std::u32string lower(std::u32string_view text) {
  std::u32string out(text);
  for (char32_t& c : out) c = simple_lower_case(c);
  return out;
}

bool is_word_part(char32_t c) { return is_latin(c) || is_digit(c); }

bool is_apostrophe(char32_t c) { return c == '\'' || c == U'’'; }

/// Whether a Latin word may end before `at`: no letter follows, and no apostrophe that belongs to
/// it (don't) unless it makes a possessive.
bool word_ends(std::u32string_view text, size_t at) {
  if (at >= text.size()) return true;
  if (is_word_part(text[at])) return false;
  if (!is_apostrophe(text[at]) || at + 1 >= text.size() || !is_latin(text[at + 1])) return true;
  return (text[at + 1] | 32) == 's' && (at + 2 >= text.size() || !is_word_part(text[at + 2]));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t tab = line.find('\t');
    out.push_back(trimmed(line.substr(0, tab)));
    if (tab == std::string_view::npos) return out;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

std::shared_ptr<const UserLexicon> UserLexicon::load(const std::filesystem::path& path,
                                                     const Frontend& frontend) {
  return parse(read_text(path, kMaxFileBytes), path.string(), frontend);
}

std::shared_ptr<const UserLexicon> UserLexicon::parse(std::string_view tsv, const std::string& name,
                                                      const Frontend& frontend) {
  auto lexicon = std::make_shared<UserLexicon>();
  if (tsv.substr(0, 3) == "\xEF\xBB\xBF") tsv.remove_prefix(3);
  size_t number = 0;
  while (!tsv.empty()) {
    const size_t end = tsv.find('\n');
    const std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(end == std::string_view::npos ? tsv.size() : end + 1);
    ++number;
    std::string_view at = line;  // the field that is looked at
    const auto refuse = [&](const std::string& why) {
      const size_t column = 1 + count_code_points(line.substr(0, size_t(at.data() - line.data())));
      throw Error(
          ErrorCode::kInvalidText,
          "line " + std::to_string(number) + ", column " + std::to_string(column) + ": " + why,
          name);
    };
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    const std::vector<std::string_view> fields = fields_of(line);
    if (fields.size() < 2 || fields.size() > 3 || fields[0].empty() || fields[1].empty()) {
      refuse("write a word, a tab and its pronunciation, like Myna<TAB>M AY1 N AH0");
    }
    try {
      at = fields[0];
      const std::u32string word = decode_utf8(at);
      if (word.size() > kLongestPronouncedWord) {
        refuse("the word is longer than " + std::to_string(kLongestPronouncedWord) +
               " characters; give its parts");
      }
      std::string problem;
      const auto language = fields.size() == 3 ? language_of_code(fields[2]) : std::nullopt;
      at = fields[1];
      const auto pronunciation = frontend.find_pronunciation(at, language, &problem);
      if (!pronunciation) refuse(problem);
      problem = misfit(word, *pronunciation);
      if (!problem.empty()) refuse(problem);
      if (fields.size() == 3 && language != pronunciation->language) {
        at = fields[2].empty() ? line : fields[2];
        refuse("the language is '" + std::string(fields[2]) + "', but this pronunciation is " +
               std::string(language_code(pronunciation->language)) +
               "; correct it or leave it out");
      }
      lexicon->add(word, *pronunciation);
    } catch (const Error& error) {
      if (error.subject() == name) throw;
      refuse(error.message());
    }
  }
  return lexicon;
}

void UserLexicon::add(const std::u32string& word, Pronunciation pronunciation) {
  const std::u32string folded = lower(word);
  (folded == word ? folded_ : exact_)[word] = std::move(pronunciation);
  size_t& longest = longest_[folded.front()];
  longest = std::max(longest, word.size());
}

UserLexicon::Match UserLexicon::find(std::u32string_view text, size_t at) const {
  const auto reach = longest_.find(simple_lower_case(text[at]));
  if (reach == longest_.end()) return {};
  if (is_word_part(text[at]) && at > 0 && is_word_part(text[at - 1])) return {};
  for (size_t length = std::min(reach->second, text.size() - at); length > 0; --length) {
    const size_t end = at + length;
    if (is_word_part(text[end - 1]) && !word_ends(text, end)) continue;
    const std::u32string written(text.substr(at, length));
    auto entry = exact_.find(written);
    if (entry != exact_.end()) return {length, &entry->second};
    entry = folded_.find(lower(written));
    if (entry != folded_.end()) return {length, &entry->second};
  }
  return {};
}

std::vector<Span> apply_lexicons(const UserLexicons& lexicons, std::vector<Span> spans) {
  if (lexicons.empty()) return spans;
  std::vector<Span> out;
  for (Span& span : spans) {
    if (span.pronunciation || span.say_as != SayAs::kNone) {
      out.push_back(std::move(span));
      continue;
    }
    const std::u32string text = decode_utf8(span.text);
    size_t begin = 0;
    const auto keep = [&](size_t end) {
      if (end == begin) return;
      Span plain = span;
      plain.text = encode_utf8(std::u32string_view(text).substr(begin, end - begin));
      out.push_back(std::move(plain));
    };
    for (size_t i = 0; i < text.size();) {
      UserLexicon::Match best;
      for (const auto& lexicon : lexicons) {
        const UserLexicon::Match match = lexicon->find(text, i);
        if (match.length > 0 && match.length >= best.length) best = match;
      }
      if (best.length == 0) {
        ++i;
        continue;
      }
      keep(i);
      Span word = span;
      word.text = encode_utf8(std::u32string_view(text).substr(i, best.length));
      word.pronunciation = *best.pronunciation;
      out.push_back(std::move(word));
      i += best.length;
      begin = i;
    }
    keep(text.size());
  }
  return out;
}

}  // namespace myna::text
