#include "models/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/error.h"
#include "support/temp_dir.h"

namespace myna::models {
namespace {

using ::testing::HasSubstr;

TEST(MapSource, GivesTensorsOfTheWantedShape) {
  const auto source = MapSource::from_map({{"a.weight", HostTensor::from_floats({2}, {1, 2})}},
                                          "voice.safetensors");
  EXPECT_TRUE(source->contains("a.weight"));
  EXPECT_FALSE(source->contains("a.bias"));
  const Parameter p = source->get("a.weight", {2}, Init::zeros());
  EXPECT_EQ(p.name, "a.weight");
  EXPECT_EQ(p.value.to_floats()[1], 2.0f);
}

TEST(MapSource, NamesSourceTensorAndShapesWhenTheyDoNotFit) {
  const auto source = MapSource::from_map({{"a.weight", HostTensor::from_floats({2}, {1, 2})}},
                                          "voice.safetensors");
  try {
    source->get("a.weight", {3, 1}, Init::zeros());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_EQ(error.subject(), "voice.safetensors");
    EXPECT_THAT(error.message(), HasSubstr("a.weight"));
    EXPECT_THAT(error.message(), HasSubstr("[2]"));
    EXPECT_THAT(error.message(), HasSubstr("[3, 1]"));
  }
  EXPECT_THROW(source->get("a.bias", {2}, Init::zeros()), Error);
}

/// Bytes of mapped files that are in memory; 0 where the system does not tell.
size_t mapped_bytes_in_memory() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("RssFile:")) return size_t(std::stoul(line.substr(8))) << 10;
  }
  return 0;
}

TEST(MapSource, GivesPagesOfAFileBackWhileANetworkIsBuilt) {
  myna::testing::TempDir folder;
  constexpr int kTensors = 8;
  constexpr int64_t kCount = 2 << 20;  // 8 MB each
  std::map<std::string, HostTensor> tensors;
  for (int i = 0; i < kTensors; ++i) {
    std::vector<float> values(static_cast<size_t>(kCount), float(i));
    tensors[std::to_string(i)] = HostTensor::from_floats({kCount}, std::move(values));
  }
  tensor::write_safetensors(folder / "large.safetensors", tensors);
  tensors.clear();

  const auto file = std::make_shared<tensor::SafetensorsFile>(folder / "large.safetensors");
  const auto source = MapSource::from_file(file);
  const size_t before = mapped_bytes_in_memory();
  const auto has_only = [](const Parameter& p, float value) {
    return std::ranges::all_of(p.value.f32(), [value](float v) { return v == value; });
  };
  for (int i = 0; i < kTensors; ++i) {
    EXPECT_TRUE(has_only(source->get(std::to_string(i), {kCount}, Init::zeros()), float(i)));
  }
  if (before > 0) {
    EXPECT_LT(mapped_bytes_in_memory(), before + (size_t(40) << 20));
  }
  EXPECT_TRUE(has_only(source->get("0", {kCount}, Init::zeros()), 0.0f));  // again
}

TEST(FreshSource, DependsOnSeedAndNameOnly) {
  FreshSource one(7), two(7), other(8);
  one.get("x", {5}, Init::normal(1));
  const auto a = one.get("a", {100}, Init::normal(1)).value.to_floats();
  EXPECT_EQ(a, two.get("a", {100}, Init::normal(1)).value.to_floats());
  EXPECT_NE(a, other.get("a", {100}, Init::normal(1)).value.to_floats());
  EXPECT_NE(a, two.get("b", {100}, Init::normal(1)).value.to_floats());
}

TEST(FreshSource, DrawsTheNamedDistributions) {
  FreshSource source(1);
  const auto normal = source.get("n", {20000}, Init::normal(0.5f)).value.to_floats();
  double sum = 0, squares = 0;
  for (const float v : normal) sum += v, squares += double(v) * v;
  EXPECT_NEAR(sum / 20000, 0.0, 0.02);  // five standard errors
  EXPECT_NEAR(std::sqrt(squares / 20000), 0.5, 0.0125);
  const auto uniform = source.get("u", {20000}, Init::fan_in(16)).value.to_floats();
  EXPECT_LE(*std::max_element(uniform.begin(), uniform.end()), 0.25f);
  EXPECT_GT(*std::max_element(uniform.begin(), uniform.end()), 0.249f);
  EXPECT_LT(*std::min_element(uniform.begin(), uniform.end()), -0.249f);
  EXPECT_EQ(source.get("o", {2}, Init::ones()).value.to_floats(), (std::vector<float>{1, 1}));
  EXPECT_EQ(source.get("c", {1}, Init::constant(3)).value.to_floats(), std::vector<float>{3});
  EXPECT_EQ(source.get("z", {1}, Init::zeros()).value.to_floats(), std::vector<float>{0});
}

TEST(FreshSource, TakesWhatFitsFromTheBase) {
  const auto base = MapSource::from_map({{"same", HostTensor::from_floats({2}, {5, 6})},
                                         {"other", HostTensor::from_floats({3}, {5, 6, 7})}},
                                        "base");
  FreshSource source(1, base.get());
  EXPECT_EQ(source.get("same", {2}, Init::zeros()).value.to_floats(), (std::vector<float>{5, 6}));
  EXPECT_EQ(source.get("other", {2}, Init::ones()).value.to_floats(), (std::vector<float>{1, 1}));
}

}  // namespace
}  // namespace myna::models
