#include "compute/cpu/cpu_tensor.h"

#include "base/error.h"

namespace myna::compute::cpu {

void shape_error(const char* op, const std::string& what) {
  throw Error(ErrorCode::kInternal, what, op);
}

Shape CpuTensor::stored_shape() const {
  Shape s = shape;
  if (swapped) std::swap(s[s.size() - 1], s[s.size() - 2]);
  return s;
}

bool has_order(const Shape& shape) {
  return shape.size() >= 2 && shape[shape.size() - 1] > 1 && shape[shape.size() - 2] > 1;
}

}  // namespace myna::compute::cpu
