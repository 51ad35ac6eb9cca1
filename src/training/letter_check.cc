#include "training/letter_check.h"

#include <algorithm>
#include <string>

namespace myna::training {
namespace {

std::string without_stress(const std::string& phone) {
  return phone.substr(0, phone.find_first_of("012"));
}

bool same_sounds(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return without_stress(x) == without_stress(y);
  });
}

}  // namespace

Json check_letters(const models::LetterNetwork& network, const std::vector<UnseenWord>& words) {
  constexpr size_t kRows = 256;
  constexpr int64_t kBeam = 4;
  double right = 0, right_sounds = 0, right_any = 0;
  for (size_t begin = 0; begin < words.size(); begin += kRows) {
    std::vector<std::vector<int64_t>> letters;
    for (size_t i = begin; i < std::min(begin + kRows, words.size()); ++i)
      letters.push_back(models::letters_of(words[i].word));
    const auto said = models::read_words(network, letters, kBeam);
    for (size_t row = 0; row < said.size(); ++row) {
      const auto& readings = words[begin + row].readings;
      right += said[row] == readings.front();
      right_sounds += same_sounds(said[row], readings.front());
      right_any += std::find(readings.begin(), readings.end(), said[row]) != readings.end();
    }
  }
  const auto count = double(words.size());
  return {{"words", right / count},
          {"words_without_stress", right_sounds / count},
          {"words_any_reading", right_any / count},
          {"unseen_words", words.size()}};
}

}  // namespace myna::training
