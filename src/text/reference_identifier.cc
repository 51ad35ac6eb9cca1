#include "text/reference_identifier.h"

#include <algorithm>
#include <string>

#include "text/unicode.h"

namespace myna::text {
namespace {

constexpr size_t kMostCharacters = 80;
/// A text of more characters than this counts as capitals from this share of its ASCII letters.
constexpr size_t kShortText = 5;
constexpr double kCapitalShare = 0.8;
/// What split-lang asks for where it wants to know what a text may be.
constexpr size_t kSeveral = 5;
constexpr float kLeastOfSeveral = 0.01F;

/// Python's str.isupper, where no letter is a raised one.
bool is_all_capitals(std::u32string_view text) {
  return std::none_of(text.begin(), text.end(), is_small) &&
         std::any_of(text.begin(), text.end(),
                     [](char32_t c) { return simple_lower_case(c) != c; });
}

bool is_mostly_capitals(std::u32string_view text) {
  size_t capitals = 0, letters = 0;
  for (const char32_t c : text) {
    capitals += c >= 'A' && c <= 'Z';
    letters += is_latin(c) && c < 0x80;
  }
  return text.size() > kShortText &&
         static_cast<double>(capitals) > kCapitalShare * static_cast<double>(letters);
}

}  // namespace

std::vector<FasttextModel::Answer> identify_as_reference(const FasttextModel& model,
                                                         std::u32string_view text, size_t most,
                                                         float least) {
  text = text.substr(0, kMostCharacters);
  if (!is_all_capitals(text) && !is_mostly_capitals(text))
    return model.classify(encode_utf8(text), most, least);
  std::u32string small;
  for (const char32_t c : text) small += lower_case(c);
  return model.classify(encode_utf8(small), most, least);
}

Identify identify_by(const FasttextModel& model) {
  return [&model](std::u32string_view text, bool several) {
    std::vector<std::string> out;
    for (const auto& answer : identify_as_reference(model, text, several ? kSeveral : 1,
                                                    several ? kLeastOfSeveral : 0.0F))
      out.emplace_back(answer.label);
    return out;
  };
}

}  // namespace myna::text
