#include "compute/weight_norm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace myna::compute {

void fold_rows(const WeightParameter& weight, int64_t begin, int64_t end, std::span<float> out) {
  if (!weight.g || !weight.v)
    throw Error(ErrorCode::kInternal, "neither a weight nor its g and v were given",
                "conv_weights");
  const HostTensor& v = weight.v.value;
  const int64_t rows = v.dim(0), width = v.count() / std::max<int64_t>(rows, 1);
  if (weight.g.value.count() != rows)
    throw Error(ErrorCode::kInternal, weight.g.name + " has a wrong size", "conv_weights");
  std::vector<float> g(size_t(end - begin));
  weight.g.value.read_floats(begin, g);
  for (int64_t r = begin; r < end; ++r) {
    const std::span<float> row = out.subspan(size_t(r * width), size_t(width));
    v.read_floats(r * width, row);
    double squares = 0;
    for (const float value : row) squares += double(value) * double(value);
    const double scale = squares > 0 ? double(g[size_t(r - begin)]) / std::sqrt(squares) : 0.0;
    for (float& value : row) value = float(double(value) * scale);
  }
}

HostTensor folded(const WeightParameter& weight) {
  if (weight.weight) return weight.weight.value;
  std::vector<float> out(size_t(weight.v.value.count()));
  fold_rows(weight, 0, weight.v ? weight.v.value.dim(0) : 0, out);
  return HostTensor::from_floats(weight.v.value.shape(), std::move(out));
}

}  // namespace myna::compute
