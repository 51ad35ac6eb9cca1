#include "evaluation/word_error.h"

#include <cctype>
#include <map>

#include "voice/alignment.h"

namespace myna::evaluation {

WordErrors& WordErrors::operator+=(const WordErrors& other) {
  words += other.words;
  errors += other.errors;
  return *this;
}

std::vector<std::string> spoken_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) || c == '\'')) {
      word += char(std::tolower(byte));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

WordErrors word_errors(std::string_view wanted, std::string_view heard) {
  std::map<std::string, int32_t> ids;
  const auto encode = [&](std::string_view text) {
    std::vector<int32_t> out;
    for (const std::string& word : spoken_words(text)) {
      out.push_back(ids.emplace(word, int32_t(ids.size())).first->second);
    }
    return out;
  };
  const std::vector<int32_t> want = encode(wanted), got = encode(heard);
  return {int(want.size()), voice::align(want, got).errors()};
}

}  // namespace myna::evaluation
