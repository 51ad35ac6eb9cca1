#include "text/en/word_splitter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace myna::text::en {
namespace {

constexpr size_t kLongestWord = 24;
constexpr double kNever = std::numeric_limits<double>::infinity();

bool is_listed(std::string_view list, const std::string& word) {
  return list.find(" " + word + " ") != std::string_view::npos;
}

/// Dictionaries hold many odd words of two letters; these are common.
bool is_short_word(const std::string& word) {
  return is_listed(" am an as at be by do go he if in is it me my no of on or pm so to up us we ",
                   word);
}

/// Numbers are figures before they come here, so they are commoner than in written text.
bool is_number(const std::string& word) {
  return is_listed(
      " zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
      "fifteen "
      "sixteen"
      " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
      " thousand million point percent ",
      word);
}

/// A letter at the end that is no ending of English words.
bool may_stand_behind(char letter) {
  return std::string_view("abfghjkmpquvwxz").find(letter) != std::string_view::npos;
}

double letter_price(char letter) { return letter == 'a' ? 2.05 : letter == 'i' ? 2.5 : 3.3; }

/// Two or three letters at the end, right behind a number: 456def, 20gb.
bool is_behind_number(const std::string& letters, size_t begin, size_t end) {
  return end == letters.size() && end - begin >= 2 && end - begin <= 3 && begin > 0 &&
         is_number(letters.substr(0, begin));
}

/// Price of letters[begin, end) as a piece.
double piece_price(const std::string& letters, size_t begin, size_t end, const WordPrice& price) {
  const size_t size = end - begin;
  const std::string piece = letters.substr(begin, size);
  if (size == 1) {
    const bool first = begin == 0, last = end == letters.size();
    const bool fits = letters.size() > 3 && first != last && (first || may_stand_behind(piece[0]));
    return fits ? letter_price(piece[0]) : kNever;
  }
  constexpr double kNumber = 3.4, kUnit = 3.7;
  const double unknown = is_behind_number(letters, begin, end) ? kUnit : kNever;
  if (size == 2 && !is_short_word(piece)) return unknown;
  const auto known = price(piece);
  return !known ? unknown : is_number(piece) ? std::min(kNumber, *known) : *known;
}

/// Whether the word is a form of a known one (restarts): such words stay together.
bool is_inflected(const std::string& word, const WordPrice& price) {
  static constexpr std::array<std::string_view, 6> kEndings = {"s", "es", "ed", "ing", "er", "ers"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    if (word.size() < ending.size() + 4 || !word.ends_with(ending)) return false;
    const std::string stem = word.substr(0, word.size() - ending.size());
    return price(stem) || price(stem + "e");
  });
}

/// The cheapest pieces, or the word itself where they are dearer than a word of its length.
std::vector<std::string> cheapest_pieces(const std::string& letters, const WordPrice& price) {
  std::vector<double> cost(letters.size() + 1, kNever);
  std::vector<size_t> from(letters.size() + 1, 0);
  cost[0] = 0;
  for (size_t end = 1; end <= letters.size(); ++end) {
    for (size_t begin = end > kLongestWord ? end - kLongestWord : 0; begin < end; ++begin) {
      if (cost[begin] == kNever) continue;
      const double total = cost[begin] + piece_price(letters, begin, end, price);
      if (total >= cost[end]) continue;
      cost[end] = total;
      from[end] = begin;
    }
  }
  if (cost.back() == kNever) return {letters};
  std::vector<std::string> out;
  bool lone_letter = false;
  for (size_t end = letters.size(); end > 0; end = from[end]) {
    out.push_back(letters.substr(from[end], end - from[end]));
    lone_letter |= out.back().size() == 1;
  }
  std::reverse(out.begin(), out.end());
  // Measured on the recorded answers of the reference's splitter. No word is as long as kNoWord.
  constexpr size_t kNoWord = 17;
  const double allowed = (lone_letter ? 3.1 : 5.1) + 0.9 * static_cast<double>(letters.size());
  const bool stays = letters.size() < kNoWord &&
                     (cost.back() > allowed || (!lone_letter && is_inflected(letters, price)));
  return stays ? std::vector<std::string>{letters} : out;
}

/// "a.m.thirty" -> "am.thirty".
std::string with_initials_joined(const std::string& text) {
  std::string out;
  const auto is_lone = [&](size_t i) {
    return (i == 0 || text[i - 1] == '.') && i + 1 < text.size() && text[i + 1] == '.';
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between = i > 0 && text[i] == '.' && is_lone(i - 1) && is_lone(i + 1);
    if (!between) out += text[i];
  }
  return out;
}

}  // namespace

std::vector<std::string> split_words(const std::string& lower, const WordPrice& price) {
  std::vector<std::string> out;
  const std::string text = with_initials_joined(lower);
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
    const std::string piece = text.substr(begin, end - begin);
    if (price(piece)) {
      out.push_back(piece);
    } else if (!piece.empty()) {
      for (std::string& word : cheapest_pieces(piece, price)) out.push_back(std::move(word));
    }
    begin = end + 1;
  }
  return out;
}

}  // namespace myna::text::en
