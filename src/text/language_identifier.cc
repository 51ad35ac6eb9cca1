#include "text/language_identifier.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "text/unicode.h"

namespace myna::text {
namespace {

/// The least probability that is worth a name, and how many languages are named.
constexpr double kLeast = 0.01;

/// Of so few Latin letters the reference's model knows nothing, accents or not, and answers
/// English.
constexpr size_t kAnyLatin = 3;

/// How much oftener a stretch of one, two, ... characters stands in Japanese, where kana part the
/// stretches, than in Chinese; counted in the training texts (`lengths` in
/// scripts/language_id/collect.py). The model itself saw parts of all lengths alike.
constexpr std::array kLengthShare = {4.2, 2.1, 0.65, 0.38, 0.08, 0.05};

}  // namespace

LanguageIdentifier::LanguageIdentifier(const LexiconFile& model) : weights_(model.meta("weights")) {
  const std::string_view numbers = model.meta("numbers");
  if (weights_.size() != kIdentifierBuckets * bias_.size() ||
      numbers.size() != sizeof scale_ + sizeof bias_) {
    throw Error(ErrorCode::kInvalidModel,
                "the language model has the wrong size; restore assets/lexicons/language_id.lex",
                "language_id.lex");
  }
  std::memcpy(&scale_, numbers.data(), sizeof scale_);
  std::memcpy(bias_.data(), numbers.data() + sizeof scale_, sizeof bias_);
}

std::array<double, 3> LanguageIdentifier::probabilities(std::u32string_view text) const {
  std::array<double, 3> sum = {};
  size_t count = 0;
  for_each_ngram(text, [&](uint32_t bucket) {
    for (size_t k = 0; k < sum.size(); ++k)
      sum[k] += static_cast<signed char>(weights_[bucket * sum.size() + k]);
    ++count;
  });
  if (count == 0) return {1.0 / 3, 1.0 / 3, 1.0 / 3};
  std::array<double, 3> out = {};
  double total = 0;
  // The root lets long texts speak more clearly than short ones, as training does.
  for (size_t k = 0; k < out.size(); ++k)
    sum[k] = sum[k] * static_cast<double>(scale_) / std::sqrt(static_cast<double>(count)) +
             static_cast<double>(bias_[k]);
  const double most = *std::max_element(sum.begin(), sum.end());
  for (size_t k = 0; k < out.size(); ++k) total += out[k] = std::exp(sum[k] - most);
  for (double& p : out) p /= total;
  return out;
}

std::vector<std::string> LanguageIdentifier::identify(std::u32string_view text,
                                                      bool several) const {
  std::u32string han;
  size_t letters = 0, ascii = 0, latin = 0;
  for (char32_t c : text) {
    if (is_kana(c)) return {"ja"};
    if (is_hangul(c)) return {"ko"};
    if (is_han(c)) han += c;
    letters += is_letter(c);
    ascii += c < 0x80 && is_letter(c);
    latin += c < 0x250 && is_letter(c);
  }
  const bool english = letters == ascii || (letters == latin && letters <= kAnyLatin);
  if (han.empty()) return {english ? "en" : "und"};
  std::array<double, 3> p = probabilities(han);
  const double share = kLengthShare[std::min(han.size(), kLengthShare.size()) - 1];
  const double total = p[0] + p[1] + p[2] * share;
  p = {p[0] / total, p[1] / total, p[2] * share / total};
  std::array<size_t, 3> order = {0, 1, 2};
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
  std::vector<std::string> out;
  for (size_t k : order) {
    const bool named = out.empty() || (several && p[k] >= kLeast);
    if (named) out.emplace_back(language_code(kIdentifiedLanguages[k]));
  }
  return out;
}

}  // namespace myna::text
