#include "training/edit_distance.h"

#include <algorithm>
#include <vector>

namespace myna::training {

double EditCounts::rate() const {
  if (reference == 0) return errors() == 0 ? 0.0 : 1.0;
  return double(errors()) / double(reference);
}

EditCounts& EditCounts::operator+=(const EditCounts& other) {
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  reference += other.reference;
  return *this;
}

EditCounts edit_counts(std::span<const int32_t> wanted, std::span<const int32_t> found) {
  const size_t rows = wanted.size() + 1, cols = found.size() + 1;
  std::vector<int32_t> cost(rows * cols);
  const auto at = [&](size_t r, size_t c) -> int32_t& { return cost[r * cols + c]; };
  for (size_t r = 0; r < rows; ++r) at(r, 0) = int32_t(r);
  for (size_t c = 0; c < cols; ++c) at(0, c) = int32_t(c);
  for (size_t r = 1; r < rows; ++r)
    for (size_t c = 1; c < cols; ++c)
      at(r, c) = std::min(
          {at(r - 1, c - 1) + (wanted[r - 1] != found[c - 1]), at(r - 1, c) + 1, at(r, c - 1) + 1});

  EditCounts counts;
  counts.reference = int64_t(wanted.size());
  size_t r = wanted.size(), c = found.size();
  while (r > 0 || c > 0) {
    if (r > 0 && c > 0 && at(r, c) == at(r - 1, c - 1) + (wanted[r - 1] != found[c - 1])) {
      counts.substitutions += wanted[r - 1] != found[c - 1];
      --r, --c;
    } else if (r > 0 && at(r, c) == at(r - 1, c) + 1) {
      ++counts.deletions, --r;
    } else {
      ++counts.insertions, --c;
    }
  }
  return counts;
}

}  // namespace myna::training
