#include "training/sentences.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/files.h"
#include "base/utf8.h"

namespace myna::training {
namespace {

constexpr size_t kFewestWords = 3, kMostWords = 16;
constexpr size_t kFewestHan = 5, kMostHan = 30;
constexpr size_t kCoverageBlock = 12;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

bool plain_english(std::string_view text) {
  size_t words = 0, begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    size_t letters = 0, capitals = 0;
    for (const char c : word) {
      if (!is_letter(c) && std::string_view("',.?!").find(c) == std::string_view::npos)
        return false;
      letters += is_letter(c) ? 1 : 0;
      capitals += is_upper(c) ? 1 : 0;
    }
    if (letters == 0 || (capitals > 1)) return false;
    const std::string_view inside = word.substr(0, word.size() - 1);
    if (inside.find_first_of(",.?!") != std::string_view::npos) return false;
    ++words;
    begin = end + 1;
  }
  return words >= kFewestWords && words <= kMostWords;
}

bool plain_mandarin(std::string_view text) {
  static const std::u32string kAllowed = U"，。？！、；：";
  size_t han = 0;
  for (const char32_t c : decode_utf8(text)) {
    if (c >= 0x4E00 && c <= 0x9FA5) {
      ++han;
    } else if (kAllowed.find(c) == std::u32string::npos) {
      return false;
    }
  }
  return han >= kFewestHan && han <= kMostHan;
}

/// Without terminal colours, backspaces, and lines that say who said it.
std::vector<std::string> fortunes(const std::string& text) {
  std::vector<std::string> cookies(1);
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string line;
    for (size_t i = begin; i < end; ++i) {
      if (text[i] == '\x1b') {
        while (i < end && text[i] != 'm') ++i;
      } else {
        line += text[i];
      }
    }
    begin = end + 1;
    const size_t first = line.find_first_not_of(" \t");
    if (line == "%") {
      cookies.emplace_back();
    } else if (first != std::string::npos && line.compare(first, 2, "--") != 0) {
      cookies.back() += line.substr(first) + "\n";
    }
  }
  return cookies;
}

/// Cuts after each of `marks`; the pieces keep theirs.
std::vector<std::string> cut_after(std::string_view text, const std::vector<std::string>& marks) {
  std::vector<std::string> pieces(1);
  size_t at = 0;
  while (at < text.size()) {
    const std::string* found = nullptr;
    for (const auto& mark : marks) {
      if (text.substr(at).starts_with(mark)) found = &mark;
    }
    const size_t length = found ? found->size() : 1;
    pieces.back() += text.substr(at, length);
    at += length;
    if (found != nullptr) pieces.emplace_back();
  }
  return pieces;
}

std::string trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1));
}

std::string join_lines(const std::string& cookie, std::string_view between) {
  std::string out;
  bool blank = true;
  for (const char c : cookie) {
    if (c == '\n' || c == '\t' || c == ' ') {
      if (!blank) out += between;
      blank = true;
    } else {
      out += c;
      blank = false;
    }
  }
  return out;
}

std::vector<std::string> split_on(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(trimmed(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) return parts;
    begin = end + separator.size();
  }
}

}  // namespace

bool is_plain_sentence(std::string_view sentence, std::string_view language) {
  return language == "zh" ? plain_mandarin(sentence) : plain_english(sentence);
}

std::vector<std::string> fortune_sentences(const std::filesystem::path& path,
                                           std::string_view language) {
  const bool mandarin = language == "zh";
  const std::vector<std::string> marks = mandarin ? std::vector<std::string>{"。", "？", "！"}
                                                  : std::vector<std::string>{". ", "? ", "! "};
  std::vector<std::string> sentences;
  for (const auto& cookie : fortunes(read_text(path))) {
    if (find_invalid_utf8(cookie)) continue;
    for (const auto& piece : cut_after(join_lines(cookie, mandarin ? "" : " "), marks)) {
      std::string sentence = trimmed(piece);
      if (sentence.empty() || !is_plain_sentence(sentence, language)) continue;
      if (!mandarin && (!is_upper(sentence[0]) ||
                        std::string_view(".?!").find(sentence.back()) == std::string_view::npos)) {
        continue;
      }
      sentences.push_back(std::move(sentence));
    }
  }
  return sentences;
}

struct Templates::Impl {
  std::string subject;
  std::vector<std::string> templates;
  std::map<std::string, std::vector<std::string>> slots;

  std::string fill(std::string_view text, Rng& rng, int depth) const;
  std::string value(const std::string& slot, Rng& rng, int depth) const;
};

std::string Templates::Impl::fill(std::string_view text, Rng& rng, int depth) const {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find('{', at);
    if (open == std::string_view::npos) return out + std::string(text.substr(at));
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      throw Error(ErrorCode::kInvalidModel, "a brace is not closed in: " + std::string(text),
                  subject);
    }
    out += text.substr(at, open - at);
    out += value(std::string(text.substr(open + 1, close - open - 1)), rng, depth + 1);
    at = close + 1;
  }
  return out;
}

std::string Templates::Impl::value(const std::string& slot, Rng& rng, int depth) const {
  const auto found = slots.find(slot);
  if (found != slots.end() && depth < 8) {
    return fill(found->second[rng.below(found->second.size())], rng, depth);
  }
  int low = 0, high = 0, used = 0;
  if (std::sscanf(slot.c_str(), "%d-%d%n", &low, &high, &used) == 2 &&
      static_cast<size_t>(used) == slot.size() && low <= high) {
    return std::to_string(low + static_cast<int>(rng.below(static_cast<uint64_t>(high - low) + 1)));
  }
  throw Error(ErrorCode::kInvalidModel, "no slot is called {" + slot + "}", subject);
}

Templates::Templates(const std::filesystem::path& path) : impl_(std::make_unique<Impl>()) {
  impl_->subject = path.string();
  const std::string text = read_text(path);
  require_utf8(text, impl_->subject);
  for (const auto& line : split_on(text, "\n")) {
    if (line.empty() || line[0] == '#') continue;
    const size_t close = line.find("} = ");
    if (line[0] == '{' && close != std::string::npos) {
      auto& values = impl_->slots[line.substr(1, close - 1)];
      for (auto& value : split_on(std::string_view(line).substr(close + 4), "|")) {
        values.push_back(std::move(value));
      }
    } else {
      impl_->templates.push_back(line);
    }
  }
  if (impl_->templates.empty()) {
    throw Error(ErrorCode::kInvalidModel, "holds no template", impl_->subject);
  }
}

Templates::~Templates() = default;

std::vector<std::string> Templates::draw(size_t count, Rng rng) const {
  std::vector<std::string> sentences;
  std::unordered_set<std::string> seen;
  for (size_t i = 0; i < 20 * count && sentences.size() < count; ++i) {
    std::string sentence =
        impl_->fill(impl_->templates[rng.below(impl_->templates.size())], rng, 0);
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') {
      sentence[0] = static_cast<char>(std::toupper(sentence[0]));
    }
    if (seen.insert(sentence).second) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::vector<size_t> order_for_coverage(const std::vector<std::vector<int32_t>>& units, Rng rng) {
  std::vector<size_t> left(units.size());
  for (size_t i = 0; i < left.size(); ++i) left[i] = i;
  for (size_t i = left.size(); i > 1; --i) std::swap(left[i - 1], left[rng.below(i)]);
  std::unordered_map<int32_t, double> counts;
  std::vector<size_t> order;
  while (!left.empty()) {
    size_t best = 0;
    double best_gain = -1;
    for (size_t k = 0; k < std::min(kCoverageBlock, left.size()); ++k) {
      const auto& phones = units[left[left.size() - 1 - k]];
      double gain = 0;
      for (const int32_t phone : phones) gain += 1.0 / (1.0 + counts[phone]);
      gain /= static_cast<double>(phones.size() + 4);
      if (gain > best_gain) {
        best_gain = gain;
        best = left.size() - 1 - k;
      }
    }
    for (const int32_t phone : units[left[best]]) counts[phone] += 1;
    order.push_back(left[best]);
    left[best] = left.back();
    left.pop_back();
  }
  return order;
}

}  // namespace myna::training
