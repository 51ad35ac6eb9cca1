#include "models/phone_timing.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace myna::models {

std::vector<int64_t> spread_phones(std::span<const int64_t> phones,
                                   std::span<const float> tokens_per_phone) {
  std::vector<int64_t> out;
  double wanted = 0;
  for (const int64_t phone : phones) {
    if (phone < 0 || phone >= std::ssize(tokens_per_phone))
      throw Error(ErrorCode::kInternal, "phone " + std::to_string(phone) + " has no duration",
                  "spread_phones");
    const double mean = double(tokens_per_phone[size_t(phone)]);
    wanted += mean;
    const int64_t least = mean >= 0.5 ? 1 : 0;
    const int64_t count = std::max<int64_t>(least, std::llround(wanted) - std::ssize(out));
    out.insert(out.end(), size_t(count), phone);
  }
  return out;
}

}  // namespace myna::models
