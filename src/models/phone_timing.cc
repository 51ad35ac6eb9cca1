#include "models/phone_timing.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {

std::vector<int64_t> spread_phones(std::span<const int64_t> phones, std::span<const float> tokens) {
  if (tokens.size() != phones.size())
    throw Error(ErrorCode::kInternal, "one duration per phone is needed", "spread_phones");
  std::vector<int64_t> out;
  double wanted = 0;
  for (size_t i = 0; i < phones.size(); ++i) {
    const double mean = double(tokens[i]);
    wanted += mean;
    const int64_t least = mean >= 0.5 ? 1 : 0;
    const int64_t count = std::max<int64_t>(least, std::llround(wanted) - std::ssize(out));
    out.insert(out.end(), size_t(count), phones[i]);
  }
  return out;
}

}  // namespace myna::models
