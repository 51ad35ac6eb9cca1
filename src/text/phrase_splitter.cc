#include "text/phrase_splitter.h"

#include "text/unicode.h"

namespace myna::text {
namespace {

int read_i16(std::string_view bytes) {
  const int value = static_cast<unsigned char>(bytes[0]) | static_cast<unsigned char>(bytes[1])
                                                               << 8;
  return value >= 0x8000 ? value - 0x10000 : value;
}

/// A feature of the place before character 0: characters [first, first + count).
struct Feature {
  const char* name;
  int first, count;
};
constexpr Feature kFeatures[] = {{"UW1", -3, 1}, {"UW2", -2, 1}, {"UW3", -1, 1}, {"UW4", 0, 1},
                                 {"UW5", 1, 1},  {"UW6", 2, 1},  {"BW1", -2, 2}, {"BW2", -1, 2},
                                 {"BW3", 0, 2},  {"TW1", -3, 3}, {"TW2", -2, 3}, {"TW3", -1, 3},
                                 {"TW4", 0, 3}};

}  // namespace

PhraseSplitter::PhraseSplitter(const LexiconFile& models, std::string_view model)
    : models_(models), prefix_(std::string(model) + "/") {
  base_ = std::stoi(std::string(models.meta(std::string(model) + "_sum")));
}

int PhraseSplitter::weight(std::string_view feature, std::u32string_view characters) const {
  const auto found = models_.find(prefix_ + std::string(feature) + encode_utf8(characters));
  return found && found->size() == 2 ? read_i16(*found) : 0;
}

std::vector<std::u32string> PhraseSplitter::split(std::u32string_view text) const {
  std::vector<std::u32string> out;
  for (size_t i = 0; i < text.size(); ++i) {
    int score = 0;  // twice the weights, against their sum
    for (const Feature& feature : kFeatures) {
      const auto first = static_cast<ptrdiff_t>(i) + feature.first;
      if (first < 0 || static_cast<size_t>(first + feature.count) > text.size()) continue;
      score += weight(feature.name,
                      text.substr(static_cast<size_t>(first), static_cast<size_t>(feature.count)));
    }
    if (i == 0 || 2 * score > base_) {
      out.emplace_back(1, text[i]);
    } else {
      out.back() += text[i];
    }
  }
  return out;
}

}  // namespace myna::text
