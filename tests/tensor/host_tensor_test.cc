#include "tensor/host_tensor.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace myna::tensor {
namespace {

TEST(HostTensor, HoldsFloatsAndInts) {
  const auto x = HostTensor::from_floats({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(x.dim(-1), 3);
  EXPECT_EQ(x.count(), 6);
  EXPECT_EQ(x.f32()[4], 5.0f);
  EXPECT_THROW(x.i64(), Error);
  EXPECT_THROW(x.to_ints(), Error);
  EXPECT_THROW(x.dim(2), Error);
  const auto ids = HostTensor::from_ints({2}, {-7, int64_t{1} << 40});
  EXPECT_EQ(ids.to_ints(), (std::vector<int64_t>{-7, int64_t{1} << 40}));
  EXPECT_EQ(ids.to_floats()[0], -7.0f);
  EXPECT_EQ(HostTensor::zeros({3}).to_floats(), (std::vector<float>{0, 0, 0}));
}

TEST(HostTensor, EmptyIsNotTheSameAsZeroElements) {
  EXPECT_TRUE(HostTensor().empty());
  EXPECT_EQ(HostTensor().count(), 0);
  EXPECT_FALSE(HostTensor::zeros({0, 4}).empty());
  EXPECT_EQ(HostTensor::zeros({}).count(), 1);
}

TEST(HostTensor, ReshapesWithoutCopying) {
  const auto x = HostTensor::from_floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto y = x.reshaped({3, 2});
  EXPECT_EQ(y.bytes().data(), x.bytes().data());
  EXPECT_THROW(x.reshaped({4, 2}), Error);
}

TEST(HostTensor, KeepsItsStorageAlive) {
  HostTensor copy;
  {
    const auto x = HostTensor::from_floats({2}, {3, 4});
    copy = x.reshaped({2, 1});
  }
  EXPECT_EQ(copy.f32()[1], 4.0f);
}

TEST(HostTensor, RefusesWrongByteCountsAndShapes) {
  const std::byte bytes[8] = {};
  EXPECT_THROW(HostTensor(DType::kF32, {3}, bytes, nullptr), Error);
  EXPECT_THROW(HostTensor(DType::kF32, {-2}, bytes, nullptr), Error);
  EXPECT_THROW(element_count({int64_t{1} << 40, int64_t{1} << 40}), Error);
  EXPECT_EQ(element_count({int64_t{1} << 40, 0}), 0);
}

TEST(HostTensor, ConvertsEverySmallInteger) {
  const int8_t i8[] = {-128, 127};
  const HostTensor x(DType::kI8, {2}, std::as_bytes(std::span(i8)), nullptr);
  EXPECT_EQ(x.to_ints(), (std::vector<int64_t>{-128, 127}));
  const int16_t i16[] = {-32768, 5};
  EXPECT_EQ(HostTensor(DType::kI16, {2}, std::as_bytes(std::span(i16)), nullptr).to_ints(),
            (std::vector<int64_t>{-32768, 5}));
  const uint8_t flags[] = {0, 2};
  EXPECT_EQ(HostTensor(DType::kBool, {2}, std::as_bytes(std::span(flags)), nullptr).to_ints(),
            (std::vector<int64_t>{0, 1}));
}

TEST(HostTensor, ReadsAStretchOfValues) {
  const HostTensor x = HostTensor::from_floats({2, 3}, {1, 2, 3, 4, 5, 6}).cast(DType::kF16);
  std::vector<float> some(3);
  x.read_floats(2, some);
  EXPECT_EQ(some, (std::vector<float>{3, 4, 5}));
  EXPECT_THROW(x.read_floats(4, some), Error);
  EXPECT_THROW(x.read_floats(-1, some), Error);
}

// Every one of the 65536 half values, through the definition of the format.
TEST(Half, ExpandsEveryValueExactly) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float got = half_to_float(uint16_t(bits));
    const int exponent = int(bits >> 10 & 0x1F);
    const int mantissa = int(bits & 0x3FF);
    EXPECT_EQ(std::signbit(got), (bits & 0x8000) != 0);
    if (exponent == 31) {
      EXPECT_EQ(std::isnan(got), mantissa != 0);
      EXPECT_EQ(std::isinf(got), mantissa == 0);
      if (mantissa != 0) {
        EXPECT_TRUE(std::isnan(half_to_float(float_to_half(got))));
      }
      continue;
    }
    const double want =
        exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
    ASSERT_EQ(std::fabs(double(got)), want) << bits;
    ASSERT_EQ(float_to_half(got), bits);
  }
}

// Between two neighbouring half values: below, at and above the midpoint; ties go to even.
TEST(Half, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7BFF; ++bits) {
    const float low = half_to_float(uint16_t(bits)), high = half_to_float(uint16_t(bits + 1));
    const float middle = float((double(low) + double(high)) / 2);  // exact: 12 bits of mantissa
    const auto even = uint16_t(bits % 2 == 0 ? bits : bits + 1);
    ASSERT_EQ(float_to_half(middle), even) << bits;
    ASSERT_EQ(float_to_half(-middle), even | 0x8000);
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(float_to_half(std::nextafter(middle, 1e9f)), bits + 1);
  }
}

TEST(Half, SaturatesToInfinityAndFlushesBelowTheLastSubnormal) {
  EXPECT_EQ(float_to_half(65504.0f), 0x7BFF);
  EXPECT_EQ(float_to_half(65519.996f), 0x7BFF);
  EXPECT_EQ(float_to_half(65520.0f), 0x7C00);
  EXPECT_EQ(float_to_half(-1e30f), 0xFC00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::infinity()), 0x7C00);
  EXPECT_EQ(float_to_half(0x1p-25f), 0);  // a tie, to even
  EXPECT_EQ(float_to_half(std::nextafter(0x1p-25f, 1.0f)), 1);
  EXPECT_EQ(float_to_half(-0.0f), 0x8000);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(float_to_half(0x1p-14f), 0x0400);
}

TEST(BFloat16, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7F7F; ++bits) {
    const float low = bfloat16_to_float(uint16_t(bits));
    ASSERT_EQ(float_to_bfloat16(low), bits);
    const float middle = std::bit_cast<float>(bits << 16 | 0x8000u);
    const auto even = uint16_t(bits % 2 == 0 ? bits : bits + 1);
    ASSERT_EQ(float_to_bfloat16(middle), even) << bits;
    ASSERT_EQ(float_to_bfloat16(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(bits << 16 | 0x8001u)), bits + 1);
  }
}

TEST(BFloat16, KeepsInfinityAndNaN) {
  EXPECT_EQ(float_to_bfloat16(std::numeric_limits<float>::infinity()), 0x7F80);
  EXPECT_EQ(float_to_bfloat16(std::numeric_limits<float>::max()), 0x7F80);
  // A NaN whose payload lives in the low bits must not become infinity.
  const float nan = std::bit_cast<float>(0x7F800001u);
  EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(nan))));
  EXPECT_TRUE(std::isnan(half_to_float(float_to_half(nan))));
  EXPECT_EQ(float_to_bfloat16(-0.0f), 0x8000);
}

TEST(HostTensor, CastsBetweenFloatingTypes) {
  const auto x = HostTensor::from_floats({3}, {1.0f, -0.333333f, 1e-7f});
  const auto half = x.cast(DType::kF16);
  EXPECT_EQ(half.dtype(), DType::kF16);
  EXPECT_EQ(half.bytes().size(), 6u);
  EXPECT_EQ(half.to_floats()[1], half_to_float(float_to_half(-0.333333f)));
  EXPECT_EQ(x.cast(DType::kBF16).cast(DType::kF32).to_floats()[0], 1.0f);
  EXPECT_EQ(x.cast(DType::kF32).bytes().data(), x.bytes().data());
  EXPECT_THROW(x.cast(DType::kI8), Error);
}

}  // namespace
}  // namespace myna::tensor
