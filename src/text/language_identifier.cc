#include "text/language_identifier.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"

namespace myna::text {
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

}  // namespace myna::text
