#include "models/roberta.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"
#include "models/exact_backend.h"
#include "models/golden_support.h"
#include "tensor/int8_matrix.h"

namespace myna::models {
namespace {

using myna::testing::golden_group;
using myna::testing::GoldenGenerator;
using myna::testing::GoldenSource;

/// The vectors' tensors without the "bert." that the published file has.
class WithoutPrefix : public ParameterSource {
 public:
  explicit WithoutPrefix(ParameterSource& inner) : inner_(inner) {}
  bool contains(const std::string& name) const override { return inner_.contains("bert." + name); }
  Parameter get(const std::string& name, const Shape& shape, Init init) override {
    return inner_.get("bert." + name, shape, init);
  }

 private:
  ParameterSource& inner_;
};

std::vector<int64_t> golden_ids(const std::string& model, size_t count, int64_t vocabulary) {
  auto ids = GoldenGenerator("input.bert." + model + ".ids").integers(count, 1000, vocabulary);
  ids.front() = 101;
  ids.back() = 102;
  return ids;
}

double deviation(const std::vector<float>& a, const std::vector<float>& b) {
  double squares = 0;
  for (size_t i = 0; i < a.size(); ++i) squares += std::pow(double(a[i]) - double(b[i]), 2);
  return std::sqrt(squares / double(a.size()));
}

void check_case(const std::string& group_name, const std::string& model) {
  const auto group = golden_group(group_name);
  const Json& info = group.manifest().at("cases").at(model);
  GoldenSource golden(group_name, model);
  WithoutPrefix source(golden);
  const auto config = RobertaConfig::from_json(info.at("config"), group_name);
  const auto ids = golden_ids(model, info.at("tokens"), config.vocabulary);
  const std::string last = "hidden_" + std::to_string(config.depth());
  std::vector<float> wanted;
  {
    const auto backend = exact_backend();
    const Roberta roberta(backend, source, config);
    for (const std::string& name : golden.unused()) {  // the last two layers and nothing else
      EXPECT_TRUE(name.starts_with("bert.encoder.layer." + std::to_string(config.layers - 2)) ||
                  name.starts_with("bert.encoder.layer." + std::to_string(config.layers - 1)))
          << name;
    }
    std::vector<std::string> stages;
    const Tensor out = roberta.forward(ids, [&](const std::string& stage, const Tensor& value) {
      stages.push_back(stage);
      if (stage == "embed" || stage == "hidden_1")
        myna::testing::expect_golden(group, *backend, model + "." + stage, value);
    });
    EXPECT_EQ(stages.back(), last);
    myna::testing::expect_golden(group, *backend, model + ".hidden_m3", out);
    wanted = backend->to_host(out).to_floats();
  }
  // What a model file keeps: 8 bits cost a little, and no more on this machine's usual code.
  const auto kept = MapSource::from_map(compact_roberta(source, config), "compact");
  for (const bool usual : {false, true}) {
    const auto backend = usual ? compute::make_cpu_backend() : exact_backend();
    const auto got = backend->to_host(Roberta(backend, *kept, config).forward(ids)).to_floats();
    const double error =
        deviation(got, wanted) / group.row(model + ".hidden_m3").at("std").get<double>();
    EXPECT_LT(error, 0.02) << model;
    EXPECT_GT(error, 0.0) << model;
  }
}

TEST(Roberta, MatchesTheReferenceVectorsReduced) {
  MYNA_REQUIRE_GROUP("bert_small");
  check_case("bert_small", "small");
}

TEST(Roberta, MatchesTheReferenceVectorsLarge) {
  MYNA_REQUIRE_GROUP("bert");
  check_case("bert", "large");
}

RobertaConfig tiny() {
  RobertaConfig config;
  config.width = 32;
  config.feed_forward = 64;
  config.heads = 2;
  config.layers = 3;
  config.vocabulary = 20;
  config.positions = 8;
  return config;
}

TEST(Roberta, RefusesForeignIdsAndLongTexts) {
  FreshSource source(1);
  const Roberta roberta(exact_backend(), source, tiny());
  const auto code = [&](const std::vector<int64_t>& ids) {
    try {
      roberta.forward(ids);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kUsage;
  };
  EXPECT_EQ(code({1, 2, 19}), ErrorCode::kUsage);  // nothing wrong
  EXPECT_EQ(code({1, 20}), ErrorCode::kInvalidModel);
  EXPECT_EQ(code({-1}), ErrorCode::kInvalidModel);
  EXPECT_EQ(code({}), ErrorCode::kInternal);
  EXPECT_EQ(code(std::vector<int64_t>(9, 1)), ErrorCode::kInternal);
}

TEST(Roberta, ItsFileKeepsWhatIsUsed) {
  FreshSource fresh(2);
  const auto kept = compact_roberta(fresh, tiny());
  EXPECT_EQ(
      kept.at(std::string("encoder.layer.0.output.dense.weight") + tensor::kInt8Suffix).dtype(),
      tensor::DType::kI8);
  EXPECT_FALSE(
      kept.contains(std::string("encoder.layer.1.output.dense.weight") + tensor::kInt8Suffix));
  const std::string name = std::string("encoder.layer.0.output.dense.weight") + tensor::kInt8Suffix;
  for (const HostTensor& wrong :
       {tensor::pack_int8(HostTensor::zeros({48, 64})), HostTensor::zeros(kept.at(name).shape())}) {
    auto damaged = kept;
    damaged[name] = wrong;
    const auto bad = MapSource::from_map(damaged, "kept");
    try {
      Roberta(exact_backend(), *bad, tiny());
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      EXPECT_THAT(std::string(error.what()), ::testing::HasSubstr(name));
    }
  }
}

TEST(RobertaConfig, RefusesOtherVariants) {
  const Json base = {{"hidden_size", 32},
                     {"intermediate_size", 64},
                     {"num_attention_heads", 2},
                     {"num_hidden_layers", 24},
                     {"vocab_size", 100}};
  EXPECT_EQ(RobertaConfig::from_json(base, "config.json").depth(), 22);
  const auto code = [&base](const char* key, const Json& value) {
    Json json = base;
    json[key] = value;
    try {
      RobertaConfig::from_json(json, "config.json");
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(code("num_attention_heads", 3), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("num_hidden_layers", 2), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("hidden_size", 0), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("vocab_size", "many"), ErrorCode::kInvalidModel);
  EXPECT_EQ(code("hidden_act", "relu"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("position_embedding_type", "relative_key"), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace myna::models
