// Broadcasting of binary operations, as NumPy does it.
#pragma once

#include <string>

#include "base/error.h"
#include "compute/tensor.h"

namespace myna::compute {

/// The shape of the result. Throws Error(kInternal) about operation `op` when there is none.
inline Shape broadcast_shape(const char* op, const Shape& a, const Shape& b) {
  Shape shape = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  for (size_t n = 1; n <= shorter.size(); ++n) {
    int64_t& size = shape[shape.size() - n];
    const int64_t other = shorter[shorter.size() - n];
    if (size != other && size != 1 && other != 1)
      throw Error(ErrorCode::kInternal,
                  tensor::shape_string(a) + " and " + tensor::shape_string(b) + " do not broadcast",
                  op);
    if (size == 1) size = other;
  }
  return shape;
}

}  // namespace myna::compute
