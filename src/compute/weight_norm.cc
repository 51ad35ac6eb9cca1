#include "compute/weight_norm.h"

#include <cmath>
#include <vector>

#include "base/error.h"

namespace myna::compute {

HostTensor folded(const WeightParameter& weight) {
  if (weight.weight) return weight.weight.value;
  if (!weight.g || !weight.v)
    throw Error(ErrorCode::kInternal, "neither a weight nor its g and v were given",
                "conv_weights");
  std::vector<float> v = weight.v.value.to_floats();
  const std::vector<float> g = weight.g.value.to_floats();
  const int64_t rows = weight.v.value.dim(0);
  if (int64_t(g.size()) != rows)
    throw Error(ErrorCode::kInternal, weight.g.name + " has a wrong size", "conv_weights");
  const size_t width = v.size() / size_t(rows);
  for (int64_t r = 0; r < rows; ++r) {
    float* row = v.data() + size_t(r) * width;
    double squares = 0;
    for (size_t i = 0; i < width; ++i) squares += double(row[i]) * double(row[i]);
    const double scale = squares > 0 ? double(g[size_t(r)]) / std::sqrt(squares) : 0.0;
    for (size_t i = 0; i < width; ++i) row[i] = float(row[i] * scale);
  }
  return HostTensor::from_floats(weight.v.value.shape(), std::move(v));
}

}  // namespace myna::compute
