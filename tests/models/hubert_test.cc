#include "models/hubert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "models/exact_backend.h"
#include "models/golden_support.h"

namespace myna::models {
namespace {

using myna::testing::golden_group;
using myna::testing::golden_wave;
using myna::testing::GoldenSource;

void check_case(const std::string& group_name, const std::string& model) {
  const auto group = golden_group(group_name);
  const Json& info = group.manifest().at("cases").at(model);
  GoldenSource source(group_name, model);
  const auto backend = exact_backend();
  const auto config = HubertConfig::from_json(info.at("config"), group_name);
  const Hubert hubert(backend, source, config, Precision::kF32);
  EXPECT_THAT(source.unused(), ::testing::ElementsAre("masked_spec_embed"));

  const size_t samples = info.at("samples");
  EXPECT_EQ(config.frames(int64_t(samples)), info.at("frames").get<int64_t>());
  const Tensor wave = backend->from_host(HostTensor::from_floats(
      {1, 1, int64_t(samples)}, golden_wave("input.hubert." + model + ".wav", samples, 16000)));
  std::vector<std::string> checked;
  const Tensor last = hubert.forward(wave, [&](const std::string& stage, const Tensor& value) {
    const bool stored = stage == "conv0" || stage == "conv6" || stage == "proj" || stage == "pos" ||
                        stage == "layer0";
    if (!stored) return;
    checked.push_back(stage);
    myna::testing::expect_golden(group, *backend, model + "." + stage, value);
  });
  EXPECT_EQ(checked.size(), 5u);
  myna::testing::expect_golden(group, *backend, model + ".last", last);
}

TEST(Hubert, MatchesTheReferenceVectorsReduced) {
  MYNA_REQUIRE_GROUP("hubert_small");
  check_case("hubert_small", "small");
}

TEST(Hubert, MatchesTheReferenceVectorsBase) {
  MYNA_REQUIRE_GROUP("hubert");
  check_case("hubert", "base");
}

HubertConfig tiny() {
  HubertConfig config;
  config.conv_dim = {8, 8};
  config.conv_kernel = {10, 3};
  config.conv_stride = {5, 2};
  config.width = 16;
  config.feed_forward = 32;
  config.heads = 2;
  config.layers = 1;
  config.position_kernel = 8;
  config.position_groups = 2;
  return config;
}

TEST(Hubert, CountsFramesAndRefusesLessThanOne) {
  const HubertConfig config = tiny();
  EXPECT_EQ(config.frames(19), 0);
  EXPECT_EQ(config.frames(20), 1);
  EXPECT_EQ(HubertConfig().frames(16000), 49);
  FreshSource source(1);
  const auto backend = exact_backend();
  const Hubert hubert(backend, source, config);
  EXPECT_EQ(hubert.forward(backend->from_host(HostTensor::zeros({1, 1, 20}))).shape(),
            (Shape{1, 1, 16}));
  try {
    hubert.forward(backend->from_host(HostTensor::zeros({1, 1, 19})));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidAudio);
  }
}

// The three ways in which a file may hold the weight of the positional convolution.
TEST(Hubert, ReadsThePositionalWeightInEveryForm) {
  const HubertConfig config = tiny();
  const std::string name = "encoder.pos_conv_embed.conv";
  std::vector<float> v(16 * 8 * 8), folded(v.size());
  std::vector<float> g(8);
  Rng rng(4);
  rng.fill_normal(v);
  rng.fill_normal(g);
  for (size_t k = 0; k < 8; ++k) {
    double squares = 0;
    for (size_t i = k; i < v.size(); i += 8) squares += double(v[i]) * v[i];
    for (size_t i = k; i < v.size(); i += 8) folded[i] = float(g[k] * v[i] / std::sqrt(squares));
  }
  const auto gain = HostTensor::from_floats({1, 1, 8}, g);
  const auto direction = HostTensor::from_floats({16, 8, 8}, v);
  const std::vector<std::map<std::string, HostTensor>> forms = {
      {{name + ".weight", HostTensor::from_floats({16, 8, 8}, folded)}},
      {{name + ".weight_g", gain}, {name + ".weight_v", direction}},
      {{name + ".parametrizations.weight.original0", gain},
       {name + ".parametrizations.weight.original1", direction}}};
  std::vector<float> first;
  for (const auto& form : forms) {
    const auto base = MapSource::from_map(form, "form");
    FreshSource source(1, base.get());
    const auto backend = exact_backend();
    const Hubert hubert(backend, source, config);
    const auto wave = golden_wave("w", 400, 16000);
    const auto out = backend
                         ->to_host(hubert.forward(
                             backend->from_host(HostTensor::from_floats({1, 1, 400}, wave))))
                         .to_floats();
    if (first.empty()) first = out;
    for (size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], first[i], 1e-5);
  }
}

TEST(HubertConfig, RefusesOtherVariants) {
  const Json base = {{"hidden_size", 16},
                     {"intermediate_size", 32},
                     {"num_attention_heads", 2},
                     {"num_hidden_layers", 1}};
  EXPECT_EQ(HubertConfig::from_json(base, "config.json").width, 16);
  const auto code = [&base](const char* key, const Json& value) {
    Json json = base;
    json[key] = value;
    try {
      HubertConfig::from_json(json, "config.json");
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(code("feat_extract_norm", "layer"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("do_stable_layer_norm", true), ErrorCode::kUnsupported);
  EXPECT_EQ(code("conv_kernel", Json::array({3})), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("conv_stride", Json::array({0, 1, 1, 1, 1, 1, 1})), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("num_attention_heads", 3), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("hidden_size", 0), ErrorCode::kInvalidModel);
}

}  // namespace
}  // namespace myna::models
