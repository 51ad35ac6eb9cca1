// g2pW from its ONNX graph: what onnxruntime makes of the graph is what our network makes of the
// weights that were found in it.
#include "models/g2pw.h"

#include <gmock/gmock.h>

#include <functional>

#include "models/exact_backend.h"
#include "models/g2pw_graph.h"
#include "support/g2pw_model.h"

namespace myna::models {
namespace {

using ::testing::HasSubstr;

// As tests/onnx/g2pw_graph.py has it; the candidates are those of support/g2pw_model.h.
constexpr int64_t kCharacters = 4, kReadings = 7;
const Candidates kCandidates = {{6}, {0, 1, 6}, {3, 5}, {2, 4}};
const std::vector<int64_t> kIds = {2, 4, 6, 7, 5, 9, 8, 6, 11, 10, 3};

class G2pwGraph : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    MYNA_REQUIRE_ONNX_CHECKER();
    myna::testing::write_g2pw_graph(file_, GetParam());
    model_ = tensor::read_onnx_model(file_);
  }
  /// Every character at every place of the text.
  static std::vector<G2pw::Query> queries() {
    std::vector<G2pw::Query> out;
    for (int64_t position = 0; position < std::ssize(kIds); ++position)
      for (int64_t character = 0; character < kCharacters; ++character)
        out.push_back({position, character});
    return out;
  }
  std::vector<std::vector<float>> ours(bool compact) const {
    G2pwConfig config;
    const PublishedG2pw network = read_g2pw_graph(model_, "small.onnx");
    const auto source = MapSource::from_map(
        assemble_g2pw(network, kCandidates, compact, config, "small.onnx"), "small.onnx");
    return G2pw(exact_backend(), *source, config, Precision::kF32).read(kIds, queries());
  }
  void expect_refused(const std::function<void(tensor::OnnxModel&)>& damage, ErrorCode code,
                      const std::string& says) const {
    tensor::OnnxModel damaged = model_;
    damage(damaged);
    try {
      read_g2pw_graph(damaged, "small.onnx");
      ADD_FAILURE() << "was read; wanted: " << says;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_EQ(error.subject(), "small.onnx");
      EXPECT_THAT(error.message(), HasSubstr(says));
    }
  }
  static tensor::OnnxOperation& first(tensor::OnnxModel& model, const std::string& type) {
    for (auto& operation : model.operations)
      if (operation.type == type) return operation;
    throw Error(ErrorCode::kInternal, "no " + type);
  }
  myna::testing::TempDir folder_;
  const std::filesystem::path file_ = folder_ / "g2pW.onnx";
  tensor::OnnxModel model_;
};

TEST_P(G2pwGraph, SizesAreThoseOfTheGraph) {
  const PublishedG2pw network = read_g2pw_graph(model_, "small.onnx");
  EXPECT_EQ(network.bert.width, 32);
  EXPECT_EQ(network.bert.heads, 2);
  EXPECT_EQ(network.bert.feed_forward, 48);
  EXPECT_EQ(network.bert.depth(), 3);
  EXPECT_EQ(network.bert.vocabulary, 12);
  EXPECT_EQ(network.bert.positions, 24);
  EXPECT_EQ(network.bert.types, 2);
  EXPECT_FLOAT_EQ(network.bert.epsilon, 1e-3f);
  EXPECT_EQ(network.readings, kReadings);
  EXPECT_EQ(network.tags, 3);
  EXPECT_EQ(network.characters, kCharacters);
}

TEST_P(G2pwGraph, ProbabilitiesAreThoseOfTheGraph) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  const auto asked = queries();
  const auto count = int64_t(asked.size()), length = std::ssize(kIds);
  std::vector<float> mask(asked.size() * size_t(kReadings), 0.0f);
  std::vector<int64_t> characters, positions;
  for (size_t q = 0; q < asked.size(); ++q) {
    characters.push_back(asked[q].character);
    positions.push_back(asked[q].position);
    for (const int64_t reading : kCandidates[size_t(asked[q].character)])
      mask[q * size_t(kReadings) + size_t(reading)] = 1;
  }
  using tensor::HostTensor;
  const auto wanted =
      myna::testing::run_onnx(
          file_, {{"input_ids", HostTensor::from_ints({1, length}, kIds)},
                  {"token_type_ids",
                   HostTensor::from_ints({1, length}, std::vector<int64_t>(kIds.size(), 0))},
                  {"attention_mask",
                   HostTensor::from_ints({1, length}, std::vector<int64_t>(kIds.size(), 1))},
                  {"phoneme_mask", HostTensor::from_floats({count, kReadings}, mask)},
                  {"char_ids", HostTensor::from_ints({count}, characters)},
                  {"position_ids", HostTensor::from_ints({count}, positions)}})
          .at("probs");
  const auto exact = ours(false), compact = ours(true);
  double worst = 0, squares = 0;
  size_t numbers = 0, decided = 0;
  for (size_t q = 0; q < asked.size(); ++q) {
    const auto& readings = kCandidates[size_t(asked[q].character)];
    ASSERT_EQ(exact[q].size(), readings.size());
    for (size_t i = 0; i < readings.size(); ++i) {
      const float probability = wanted.f32()[q * size_t(kReadings) + size_t(readings[i])];
      worst = std::max(worst, std::abs(double(exact[q][i]) - double(probability)));
      squares += std::pow(double(compact[q][i]) - double(probability), 2);
      decided += readings.size() > 1 && probability > 0.1 && probability < 0.9;
      ++numbers;
    }
  }
  // Both compute in single precision; 8 bits cost about 1 % of a state.
  EXPECT_LT(worst, 1e-5);
  EXPECT_LT(std::sqrt(squares / double(numbers)), 0.02);
  EXPECT_GT(squares, 0);
  EXPECT_GT(decided, 20u);  // the graph's answers are neither all sure nor all the same
}

TEST_P(G2pwGraph, WhatIsMissingOrForeignIsNamed) {
  constexpr ErrorCode kInvalid = ErrorCode::kInvalidModel, kForeign = ErrorCode::kUnsupported;
  const auto without = [](const std::string& name) {
    return [name](tensor::OnnxModel& model) { ASSERT_EQ(model.initializers.erase(name), 1u); };
  };
  for (const std::string name :
       {"bert.embeddings.position_embeddings.weight", "bert.encoder.layer.1.output.LayerNorm.bias",
        "bert.encoder.layer.2.attention.self.key.bias", "second_order_descriptor.weight",
        "pos_classifier.bias"})
    expect_refused(without(name), kInvalid, "no tensor \"" + name + "\"");
  expect_refused(without("bert.encoder.layer.0.output.dense.bias"), kInvalid, "no layers");
  const auto renamed = [](const std::string& from, const std::string& to) {
    return [from, to](tensor::OnnxModel& model) { first(model, from).type = to; };
  };
  expect_refused(renamed("MatMul", "MatMulInteger"), kForeign, "quantised");
  expect_refused(renamed("MatMul", "Attention"), kForeign, "fused");
  expect_refused(renamed("MatMul", "Conv"), kInvalid, "attention.self.query.bias");
  expect_refused(
      [](tensor::OnnxModel& model) {
        for (auto& operation : model.operations)
          if (operation.type == "Erf") operation.type = "Tanh";
      },
      kForeign, "GELU");
  expect_refused(
      [](tensor::OnnxModel& model) {
        for (auto& operation : model.operations)
          if (operation.type == "Softmax") operation.inputs = {"input_ids"};
      },
      kForeign, "attention");
  expect_refused(
      [](tensor::OnnxModel& model) {
        for (auto& operation : model.operations)
          if (operation.type == "Sqrt" || operation.type == "LayerNormalization")
            operation.type = "Identity";
      },
      kForeign, "norms");
  expect_refused(
      [](tensor::OnnxModel& model) {
        auto& bias = model.initializers.at("classifier.bias");
        bias = bias.reshaped({1, kReadings});
      },
      kInvalid, "\"classifier.bias\" has shape");
  expect_refused([](tensor::OnnxModel& model) { model = {}; }, kForeign, "GELU");
}

TEST_P(G2pwGraph, TablesThatDoNotFitAreRefused) {
  const PublishedG2pw network = read_g2pw_graph(model_, "small.onnx");
  const auto refusal = [&](const Candidates& candidates, PublishedG2pw changed) {
    try {
      G2pwConfig config;
      assemble_g2pw(changed, candidates, true, config, "small.onnx");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return error.message();
    }
    return std::string("was taken");
  };
  EXPECT_THAT(refusal({{6}, {0}}, network), HasSubstr("4 characters, its table 2"));
  EXPECT_THAT(refusal({{6}, {0}, {1}, {7}}, network), HasSubstr("readings"));
  PublishedG2pw changed = network;
  changed.tags = 2;
  EXPECT_THAT(refusal(kCandidates, changed), HasSubstr("second_order_descriptor.weight"));
  changed = network;
  changed.bert.feed_forward = 50;
  EXPECT_THAT(refusal(kCandidates, changed), HasSubstr("intermediate.dense"));
}

INSTANTIATE_TEST_SUITE_P(Styles, G2pwGraph, ::testing::Values("folded", "named"),
                         [](const auto& info) { return std::string(info.param); });

TEST(G2pw, TheFuzzersSeedIsReadWhole) {
  const auto model = tensor::read_onnx_model(MYNA_SOURCE_DIR "/fuzz/seeds/onnx/g2pw");
  const PublishedG2pw network = read_g2pw_graph(model, "seed");
  EXPECT_EQ(network.bert.layers, 1);
  EXPECT_EQ(network.bert.heads, 1);
  EXPECT_FLOAT_EQ(network.bert.epsilon, 1e-12f);
}

TEST(G2pw, RefusesCandidatesOutsideOfItsTables) {
  G2pwConfig config;
  config.bert.width = 32;
  config.bert.feed_forward = 32;
  config.bert.heads = 2;
  config.bert.layers = 1;
  config.bert.unused = 0;
  config.bert.vocabulary = config.bert.positions = 8;
  config.readings = 3;
  config.tags = 2;
  config.characters = 2;
  config.candidates = 3;
  const auto build = [&](std::vector<int64_t> begin, std::vector<int64_t> rows) {
    FreshSource fresh(1);
    class Source : public ParameterSource {
     public:
      Source(ParameterSource& inner, std::vector<int64_t> begin, std::vector<int64_t> rows)
          : inner_(inner), begin_(std::move(begin)), rows_(std::move(rows)) {}
      bool contains(const std::string&) const override { return false; }
      Parameter get(const std::string& name, const Shape& shape, Init init) override {
        if (name == "candidates.first") return {name, HostTensor::from_ints(shape, begin_)};
        if (name == "candidates.reading") return {name, HostTensor::from_ints(shape, rows_)};
        return inner_.get(name, shape, init);
      }

     private:
      ParameterSource& inner_;
      std::vector<int64_t> begin_, rows_;
    } source(fresh, std::move(begin), std::move(rows));
    const G2pw network(exact_backend(), source, config);
    return network.read(std::vector<int64_t>{1, 2, 3}, std::vector<G2pw::Query>{{1, 0}, {2, 1}});
  };
  const auto read = build({0, 1, 3}, {2, 0, 1});
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].size(), 1u);
  EXPECT_NEAR(read[1][0] + read[1][1], 1, 1e-5);
  for (const std::vector<int64_t>& begin :
       {std::vector<int64_t>{0, 4, 3}, {1, 2, 3}, {0, 1, 2}, {0, -1, 3}})
    EXPECT_THROW(build(begin, {2, 0, 1}), Error);
  EXPECT_THROW(build({0, 1, 3}, {2, 0, 3}), Error);
  EXPECT_THROW(build({0, 1, 3}, {-1, 0, 2}), Error);
}

}  // namespace
}  // namespace myna::models
