#include "text/en/word_splitter.h"

#include <algorithm>
#include <string_view>

namespace myna::text::en {
namespace {

constexpr size_t kLongestWord = 24;
/// Dictionaries hold many odd words of two letters; these are common.
constexpr std::string_view kShortWords =
    " am an as at be by do go he if in is it me my no of on or so to up us we ";

bool is_piece(const std::string& word, const IsKnown& known) {
  if (word.size() > 2) return known(word);
  return word.size() == 2 && kShortWords.find(" " + word + " ") != std::string_view::npos;
}

/// The cheapest way to cut `letters` into pieces: few of them, long ones where there is a choice.
std::vector<std::string> known_pieces(const std::string& letters, const IsKnown& known) {
  constexpr int kNever = 1 << 20, kWord = 2, kShortWord = 3;
  std::vector<int> cost(letters.size() + 1, kNever);
  std::vector<size_t> from(letters.size() + 1, 0);
  cost[0] = 0;
  for (size_t end = 2; end <= letters.size(); ++end) {
    for (size_t begin = end > kLongestWord ? end - kLongestWord : 0; begin + 2 <= end; ++begin) {
      const int price = cost[begin] + (end - begin > 3 ? kWord : kShortWord);
      if (price >= cost[end] || !is_piece(letters.substr(begin, end - begin), known)) continue;
      cost[end] = price;
      from[end] = begin;
    }
  }
  if (cost.back() >= kNever) return {letters};
  std::vector<std::string> out;
  for (size_t end = letters.size(); end > 0; end = from[end])
    out.push_back(letters.substr(from[end], end - from[end]));
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<std::string> split_words(const std::string& lower, const IsKnown& known) {
  std::vector<std::string> out;
  for (size_t begin = 0; begin < lower.size();) {
    size_t end = begin;
    while (end < lower.size() && lower[end] >= 'a' && lower[end] <= 'z') ++end;
    const std::string piece = lower.substr(begin, end - begin);
    if (known(piece)) {
      out.push_back(piece);
    } else if (!piece.empty()) {
      for (std::string& word : known_pieces(piece, known)) out.push_back(std::move(word));
    }
    begin = end + 1;
  }
  return out;
}

}  // namespace myna::text::en
