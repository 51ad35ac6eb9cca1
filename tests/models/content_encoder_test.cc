#include "models/content_encoder.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "compute/cpu/cpu_backend.h"

namespace myna::models {
namespace {

ContentConfig tiny() {
  ContentConfig config;
  config.mels = 10;
  config.dim = 16;
  config.layers = 3;
  config.heads = 2;
  config.ffn = 24;
  config.conv_kernel = 5;
  config.classes = 7;
  config.tap_layer = 2;
  return config;
}

class ContentEncoderTest : public ::testing::Test {
 protected:
  ContentEncoderTest()
      : backend_(compute::make_cpu_backend({.bf16 = false})),
        source_(3),
        encoder_(*backend_, source_, tiny()) {}

  /// Two recordings of 37 and 22 mel frames; what lies behind the second one's end is `junk`.
  Tensor mels(float junk) {
    std::vector<float> values(2 * 10 * 37);
    Rng rng(9);
    rng.fill_normal(values);
    for (size_t band = 0; band < 10; ++band) {
      for (size_t t = 22; t < 37; ++t) values[(10 + band) * 37 + t] = junk;
    }
    return backend_->from_host(HostTensor::from_floats({2, 10, 37}, values));
  }
  std::vector<float> floats(const Tensor& x) { return backend_->to_host(x).to_floats(); }

  std::shared_ptr<Backend> backend_;
  FreshSource source_;
  ContentEncoder encoder_;
};

TEST_F(ContentEncoderTest, HasTheShapesItPromises) {
  const auto out = encoder_.forward(mels(0), {37, 22});
  EXPECT_EQ(out.lengths, (compute::Lengths{10, 6}));
  EXPECT_EQ(out.features.shape(), (Shape{2, 16, 10}));
  EXPECT_EQ(out.logits.shape(), (Shape{2, 10, 7}));
  EXPECT_EQ(tiny().frames(37), 10);
  EXPECT_EQ(tiny().stride(), 4);
  EXPECT_EQ(tiny().blank(), 6);
}

TEST_F(ContentEncoderTest, APaddedRowIsWhatTheRecordingAloneIs) {
  const auto batch = encoder_.forward(mels(123.0f), {37, 22});
  const Tensor row = backend_->slice(backend_->slice(mels(0), 0, 1, 2), 2, 0, 22);
  const auto alone = encoder_.forward(row);
  const auto want = floats(alone.logits);
  const auto got = floats(backend_->slice(batch.logits, 0, 1, 2));
  ASSERT_EQ(want.size(), 6u * 7u);
  for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 2e-5) << i;
  const auto want_features = floats(alone.features);
  const auto got_features =
      floats(backend_->slice(backend_->slice(batch.features, 0, 1, 2), 2, 0, 6));
  for (size_t i = 0; i < want_features.size(); ++i) {
    EXPECT_NEAR(got_features[i], want_features[i], 2e-5) << i;
  }
}

TEST_F(ContentEncoderTest, FeaturesAloneAreTheSameFeatures) {
  const auto whole = encoder_.forward(mels(0), {37, 22});
  const auto part = encoder_.forward(mels(0), {37, 22}, true);
  EXPECT_FALSE(part.logits);
  EXPECT_EQ(floats(part.features), floats(whole.features));
}

TEST(ContentConfig, SurvivesJsonAndRefusesWhatCannotBeANetwork) {
  EXPECT_EQ(ContentConfig::from_json(tiny().to_json(), "c").to_json(), tiny().to_json());
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, Json>>{{"heads", 3},
                                                 {"tap_layer", 4},
                                                 {"tap_layer", 0},
                                                 {"conv_kernel", 4},
                                                 {"mels", 0},
                                                 {"strides", Json::array()},
                                                 {"strides", Json::array({9})},
                                                 {"dim", "wide"}}) {
    Json json = tiny().to_json();
    json[key] = value;
    try {
      ContentConfig::from_json(json, "config.json");
      ADD_FAILURE() << key << " = " << value << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      EXPECT_EQ(error.subject(), "config.json");
    }
  }
}

}  // namespace
}  // namespace myna::models
