// Every operation of Backend on odd shapes, written once and run on any backend.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "compute/backend.h"

namespace myna::compute::testing {

inline HostTensor draw(const std::string& name, const Shape& shape, float offset = 0.0f) {
  Rng rng(std::hash<std::string>{}(name), uint64_t(tensor::element_count(shape)));
  std::vector<float> values(size_t(tensor::element_count(shape)));
  for (float& v : values) v = offset + rng.uniform(-1.0f, 1.0f);
  return HostTensor::from_floats(shape, std::move(values));
}

inline Parameter param(const std::string& name, const Shape& shape, float offset = 0.0f) {
  return {name, draw(name, shape, offset)};
}

struct OpCase {
  std::string name;
  std::vector<Shape> inputs;
  std::function<Tensor(Backend&, const std::vector<Tensor>&)> run;
  float offset = 0.0f;  ///< added to the inputs, which are uniform in [-1, 1]
};

std::vector<OpCase> op_cases();

inline void PrintTo(const OpCase& c, std::ostream* out) { *out << c.name; }
inline std::string case_name(const ::testing::TestParamInfo<OpCase>& info) {
  return info.param.name;
}

}  // namespace myna::compute::testing
