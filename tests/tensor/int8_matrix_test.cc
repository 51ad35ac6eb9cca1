#include "tensor/int8_matrix.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace myna::tensor {
namespace {

HostTensor drawn(int64_t rows, int64_t columns) {
  std::vector<float> values(size_t(rows * columns));
  Rng(3).fill_normal(values);
  return HostTensor::from_floats({rows, columns}, std::move(values));
}

/// The values again, by the layout of the header.
std::vector<float> unpacked(const HostTensor& packed, int64_t rows, int64_t columns) {
  const int8_t* integers = int8_panels(packed);
  const std::vector<float> factors = int8_factors(packed, rows);
  const int64_t padded = (columns + 63) / 64 * 64;
  std::vector<float> values;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      const int64_t place = r / 16 * 16 * padded + c / 4 * 64 + r % 16 * 4 + c % 4;
      values.push_back(float(integers[place]) * factors[size_t(r)]);
    }
  }
  return values;
}

TEST(Int8Matrix, KeepsValuesWithinHalfAStep) {
  for (const auto& [rows, columns] : {std::pair<int64_t, int64_t>{16, 32}, {21, 37}, {1, 1}}) {
    const HostTensor matrix = drawn(rows, columns), packed = pack_int8(matrix);
    EXPECT_TRUE(is_int8_matrix(packed, rows, columns));
    const std::vector<float> back = unpacked(packed, rows, columns);
    const std::vector<float> factors = int8_factors(packed, rows);
    for (int64_t i = 0; i < rows * columns; ++i) {
      const float step = factors[size_t(i / columns)];
      ASSERT_LE(std::fabs(back[size_t(i)] - matrix.f32()[size_t(i)]), 0.5001f * step);
    }
    // Packing what was packed changes nothing: the largest value of a row is kept.
    const auto again =
        unpacked(pack_int8(HostTensor::from_floats({rows, columns}, back)), rows, columns);
    for (size_t i = 0; i < again.size(); ++i) ASSERT_NEAR(again[i], back[i], 1e-6);
  }
}

TEST(Int8Matrix, LiesInPanelsOfFoursWithTheFactorsBehind) {
  std::vector<float> values(17 * 6, 0.0f);
  values[16 * 6 + 5] = 5.0f;  // row 16, column 5: the second panel's first row, second four
  values[16 * 6 + 1] = -2.5f;
  const HostTensor packed = pack_int8(HostTensor::from_floats({17, 6}, values));
  EXPECT_EQ(packed.shape(), (Shape{2 * (16 * 64 + 16 * 4)}));
  const int8_t* integers = int8_panels(packed);
  for (int64_t i = 0; i < 2 * 16 * 64; ++i) {
    const int wanted = i == 1024 + 65 ? 127 : i == 1024 + 1 ? -64 : 0;  // ties go to even
    ASSERT_EQ(integers[i], wanted) << i;
  }
  const std::vector<float> factors = int8_factors(packed, 17);
  ASSERT_EQ(factors.size(), 32u);
  EXPECT_FLOAT_EQ(factors[16], 5.0f / 127.0f);
  EXPECT_EQ(factors[0], 0.0f);  // a row of zeros
}

TEST(Int8Matrix, KnowsItsSize) {
  const HostTensor packed = pack_int8(drawn(16, 64));
  EXPECT_FALSE(is_int8_matrix(packed, 17, 64));
  EXPECT_FALSE(is_int8_matrix(packed, 16, 65));
  EXPECT_FALSE(is_int8_matrix(HostTensor::zeros(packed.shape()), 16, 32));
  EXPECT_TRUE(is_int8_matrix(packed, 9, 32));  // padding is not told from zeros
}

}  // namespace
}  // namespace myna::tensor
