#include "models/speaker_verifier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

SpeakerVerifierConfig small_config() {
  SpeakerVerifierConfig config;
  config.bands = 12;
  config.channels = 16;
  config.pooled_channels = 20;
  config.embedding = 8;
  config.speakers = 5;
  return config;
}

HostTensor random_values(uint64_t seed, const Shape& shape) {
  std::vector<float> values(size_t(tensor::element_count(shape)));
  Rng(seed).fill_normal(values);
  return HostTensor::from_floats(shape, std::move(values));
}

TEST(SpeakerVerifier, GivesUnitVectorsThatIgnorePaddingAndLevel) {
  const auto backend = compute::make_cpu_backend();
  FreshSource source(3);
  const SpeakerVerifier net(*backend, source, small_config());
  const Tensor both = backend->from_host(random_values(1, {2, 12, 40}));
  const HostTensor vectors = backend->to_host(net.embed(both, {40, 25}));
  ASSERT_EQ(vectors.shape(), (Shape{2, 8}));
  for (int row = 0; row < 2; ++row) {
    double sum = 0.0;
    for (float v : vectors.f32().subspan(size_t(row) * 8, 8)) sum += double(v) * v;
    EXPECT_NEAR(sum, 1.0, 1e-5);
  }
  // The second row by itself, 3 louder in every band (log domain): the same vector.
  const Tensor alone = backend->slice(backend->slice(both, 0, 1, 2), 2, 0, 25);
  const HostTensor one = backend->to_host(net.embed(backend->affine(alone, 1.0f, 3.0f)));
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(one.f32()[i], vectors.f32()[8 + i], 1e-4);
  EXPECT_GT(std::abs(one.f32()[0] - vectors.f32()[0]), 1e-3) << "rows must differ";
}

TEST(SpeakerVerifier, HeadGivesCosines) {
  const auto backend = compute::make_cpu_backend();
  FreshSource source(3);
  const SpeakerVerifier net(*backend, source, small_config(), true);
  const Tensor vectors = net.embed(backend->from_host(random_values(2, {3, 12, 30})));
  const HostTensor cosines = backend->to_host(net.cosines(vectors));
  ASSERT_EQ(cosines.shape(), (Shape{3, 5}));
  const HostTensor rows = backend->to_host(vectors);
  FreshSource again(3);
  const Parameter head = again.get("head.weight_v", {5, 8, 1}, Init::normal(1.0f));
  for (size_t b = 0; b < 3; ++b) {
    for (size_t s = 0; s < 5; ++s) {
      EXPECT_NEAR(
          cosines.f32()[b * 5 + s],
          cosine_similarity(rows.f32().subspan(b * 8, 8), head.value.f32().subspan(s * 8, 8)),
          1e-5);
    }
  }
}

TEST(SpeakerVerifier, ConfigRoundTripsAndIsChecked) {
  const SpeakerVerifierConfig config = small_config();
  const SpeakerVerifierConfig back = SpeakerVerifierConfig::from_json(config.to_json(), "sv.json");
  EXPECT_EQ(back.to_json(), config.to_json());
  Json wrong = config.to_json();
  wrong["kernels"] = {5, 4, 3, 3};
  EXPECT_THROW(SpeakerVerifierConfig::from_json(wrong, "sv.json"), Error);
  wrong = config.to_json();
  wrong["dilations"] = {1};
  EXPECT_THROW(SpeakerVerifierConfig::from_json(wrong, "sv.json"), Error);
}

TEST(CosineSimilarity, OfKnownVectors) {
  const std::vector<float> a = {3, 4}, b = {4, 3}, zero = {0, 0};
  EXPECT_DOUBLE_EQ(cosine_similarity(a, b), 24.0 / 25.0);
  EXPECT_EQ(cosine_similarity(a, zero), 0.0);
}

}  // namespace
}  // namespace myna::models
