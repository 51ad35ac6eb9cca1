#include "text/anchors.h"

#include <optional>

namespace myna::text {
namespace {

using Normalize = std::function<std::string(const std::string&)>;

/// With more words than this each stretch is normalised alone, to keep the work linear.
constexpr size_t kMaxAnchors = 16;

bool starts_with(const std::string& text, size_t at, const std::string& part) {
  return text.compare(at, part.size(), part) == 0;
}

/// Where the word of `anchor` is in `whole`, told by the text before it or by the text behind it.
std::optional<Anchor> locate(const std::string& text, const Anchor& anchor,
                             const std::string& whole, const Normalize& normalize,
                             const std::string& joint) {
  const std::string word = normalize(text.substr(anchor.begin, anchor.end - anchor.begin));
  if (word.empty()) return std::nullopt;
  const std::string left = normalize(text.substr(0, anchor.begin));
  if (whole.size() >= left.size() && starts_with(whole, 0, left)) {
    size_t at = left.size();
    if (!joint.empty() && starts_with(whole, at, joint)) at += joint.size();
    if (starts_with(whole, at, word)) return Anchor{at, at + word.size()};
  }
  const std::string right = normalize(text.substr(anchor.end));
  for (const std::string& tail : {right, joint + right}) {
    if (whole.size() < tail.size() + word.size()) continue;
    const size_t at = whole.size() - tail.size() - word.size();
    if (starts_with(whole, at, word) && starts_with(whole, at + word.size(), tail))
      return Anchor{at, at + word.size()};
  }
  return std::nullopt;
}

/// Length of a possessive 's at `at`, with the apostrophe's bytes; 0 when there is none.
size_t possessive(const std::string& text, size_t at) {
  for (const std::string mark : {"'", "’"}) {
    const size_t s = at + mark.size();
    if (!starts_with(text, at, mark) || s >= text.size() || (text[s] | 32) != 's') continue;
    const bool ends =
        s + 1 >= text.size() || !((text[s + 1] | 32) >= 'a' && (text[s + 1] | 32) <= 'z');
    if (ends) return mark.size() + 1;
  }
  return 0;
}

}  // namespace

std::string normalize_around(const std::string& text, std::vector<Anchor>* anchors,
                             const Normalize& normalize, const std::string& joint) {
  const std::string whole = normalize(text);
  if (anchors->empty()) return whole;
  std::vector<Anchor> found;
  for (const Anchor& anchor : *anchors) {
    if (anchors->size() > kMaxAnchors) break;
    const auto place = locate(text, anchor, whole, normalize, joint);
    if (!place || (!found.empty() && place->begin < found.back().end)) break;
    found.push_back(*place);
  }
  if (found.size() == anchors->size()) {
    *anchors = std::move(found);
    return whole;
  }

  std::string out;
  const auto append = [&](const std::string& part) {
    if (!out.empty() && !part.empty()) out += joint;
    out += part;
  };
  size_t at = 0;
  for (Anchor& anchor : *anchors) {
    append(normalize(text.substr(at, anchor.begin - at)));
    at = anchor.end;
    const std::string written = text.substr(anchor.begin, anchor.end - anchor.begin);
    const std::string read = normalize(written);
    append(read.empty() ? written : read);
    anchor.end = out.size();
    anchor.begin = anchor.end - (read.empty() ? written : read).size();
    if (const size_t s = joint.empty() ? 0 : possessive(text, at)) {
      out += "'s";
      at += s;
    }
  }
  append(normalize(text.substr(at)));
  return out;
}

}  // namespace myna::text
