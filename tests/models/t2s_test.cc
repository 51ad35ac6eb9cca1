#include "models/t2s.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"
#include "models/t2s_decoder.h"
#include "models/t2s_golden.h"

namespace myna::models {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<compute::Backend> exact_backend() {
  compute::CpuOptions options;
  options.threads = 2;
  options.bf16 = false;
  return compute::make_cpu_backend(options);
}

T2sConfig tiny() {
  T2sConfig config;
  config.width = 32;
  config.heads = 4;
  config.layers = 2;
  config.vocab_size = 21;
  config.eos = 20;
  config.phoneme_vocab_size = 50;
  config.feed_forward = 48;
  config.bert_dim = 0;
  config.max_positions = 64;
  return config;
}

T2s tiny_model(uint64_t seed = 3) {
  FreshSource source(seed);
  return T2s(exact_backend(), source, tiny());
}

T2sRequest request(std::vector<int64_t> phones, std::vector<int64_t> prompt, uint64_t seed) {
  T2sRequest r;
  r.phones = std::move(phones);
  r.prompt = std::move(prompt);
  r.seed = seed;
  r.sampling.max_tokens = 30;
  r.sampling.min_tokens = 2;
  return r;
}

TEST(T2s, MatchesTheReferenceVectorsReduced) {
  MYNA_REQUIRE_GROUP("t2s_small");
  myna::testing::T2sGolden(exact_backend(), "t2s_small", "small").check_all();
}

TEST(T2s, MatchesTheReferenceVectorsV2) {
  MYNA_REQUIRE_GROUP("t2s");
  myna::testing::T2sGolden(exact_backend(), "t2s", "v2").check_all();
}

TEST(T2s, MatchesTheReferenceVectorsV1) {
  MYNA_REQUIRE_GROUP("t2s");
  myna::testing::T2sGolden(exact_backend(), "t2s", "v1").check_decoding();
}

// A padded batch predicts what each row alone predicts, the first token included.
TEST(T2s, TrainingIgnoresPadding) {
  const T2s model = tiny_model();
  Backend& b = model.backend();
  const auto ints = [&](Shape shape, std::vector<int64_t> values) {
    return b.from_host(HostTensor::from_ints(std::move(shape), std::move(values)));
  };
  const auto targets = t2s_targets({{4, 5, 6}, {7}}, 20);
  EXPECT_EQ(targets.inputs, (std::vector<int64_t>{4, 5, 6, 7, 20, 20}));
  EXPECT_EQ(targets.targets, (std::vector<int64_t>{4, 5, 6, 20, 7, 20, 20, 20}));
  const auto batch = b.to_host(model.train(ints({2, 4}, {1, 2, 0, 0, 8, 9, 10, 11}), {2, 4}, {},
                                           ints({2, 3}, targets.inputs), {3, 1}));
  const auto one =
      b.to_host(model.train(ints({1, 2}, {1, 2}), {2}, {}, ints({1, 3}, {4, 5, 6}), {3}));
  const auto two =
      b.to_host(model.train(ints({1, 4}, {8, 9, 10, 11}), {}, {}, ints({1, 1}, {7}), {}));
  ASSERT_EQ(batch.shape(), (Shape{2, 4, 21}));
  for (size_t i = 0; i < 4 * 21; ++i) EXPECT_NEAR(batch.f32()[i], one.f32()[i], 1e-5);
  for (size_t i = 0; i < 2 * 21; ++i) EXPECT_NEAR(batch.f32()[84 + i], two.f32()[i], 1e-5);

  // Decoding starts from the same prediction.
  const auto cache = model.make_cache(1, 8);
  const auto pass = model.prompt(*cache, 0, ints({1, 2}, {1, 2}), {}, {});
  const auto first = b.to_host(pass.logits);
  for (size_t i = 0; i < 21; ++i) EXPECT_NEAR(first.f32()[i], one.f32()[i], 1e-5);
}

TEST(T2sConfig, ReadsOfficialAndOwnJson) {
  const Json official = Json::parse(R"({"vocab_size":1025,"phoneme_vocab_size":732,
      "embedding_dim":512,"hidden_dim":512,"head":16,"linear_units":1234,"n_layer":24,
      "dropout":0,"EOS":1024,"random_bert":0})");
  const T2sConfig config = T2sConfig::from_json(official, "s1");
  EXPECT_EQ(config.feed_forward, 2048);
  EXPECT_EQ(config.bert_dim, 1024);
  EXPECT_EQ(T2sConfig::from_json(tiny().to_json(), "own").to_json(), tiny().to_json());
}

TEST(T2sConfig, RefusesWhatCannotBeANetwork) {
  const auto refused = [](const char* key, const Json& value) {
    Json json = tiny().to_json();
    json[key] = value;
    try {
      T2sConfig::from_json(json, "config.json");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      EXPECT_EQ(error.subject(), "config.json");
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused("head", 5));
  EXPECT_TRUE(refused("head", 0));
  EXPECT_TRUE(refused("n_layer", -1));
  EXPECT_TRUE(refused("n_layer", "many"));
  EXPECT_TRUE(refused("EOS", 21));
  EXPECT_TRUE(refused("embedding_dim", 64));
  EXPECT_TRUE(refused("vocab_size", int64_t{1} << 40));
}

TEST(T2sDecoder, SameSeedSameTokens) {
  const T2s model = tiny_model();
  const std::vector<T2sRequest> one = {request({1, 2, 3}, {4, 5}, 11)};
  const std::vector<T2sRequest> other = {request({1, 2, 3}, {4, 5}, 12)};
  const auto a = decode_t2s(model, one), b = decode_t2s(model, one), c = decode_t2s(model, other);
  EXPECT_EQ(a[0].tokens, b[0].tokens);
  EXPECT_NE(a[0].tokens, c[0].tokens);
}

TEST(T2sDecoder, ABatchSpeaksWhatSingleSentencesSpeak) {
  const T2s model = tiny_model();
  const std::vector<T2sRequest> all = {
      request({1, 2, 3}, {4, 5}, 1), request({7, 8, 9, 10, 11, 12}, {}, 2),
      request({13}, {1, 2, 3, 4, 5, 6, 7}, 3), request({14, 15}, {8}, 4)};
  const auto together = decode_t2s(model, all);
  std::set<size_t> lengths;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto alone = decode_t2s(model, std::span(&all[i], 1));
    EXPECT_EQ(together[i].tokens, alone[0].tokens) << i;
    EXPECT_EQ(together[i].complete, alone[0].complete) << i;
    lengths.insert(alone[0].tokens.size());
  }
  EXPECT_GT(lengths.size(), 1u) << "the rows should end at different steps";
}

TEST(T2sDecoder, TellsEveryTokenAndStopsWhenAsked) {
  const T2s model = tiny_model();
  std::vector<T2sRequest> requests = {request({1, 2, 3}, {4, 5}, 1), request({9}, {4}, 2)};
  for (auto& r : requests) r.sampling.min_tokens = 10;
  std::vector<std::vector<int64_t>> heard(2);
  const auto results = decode_t2s(model, requests, [&](size_t index, int64_t token) {
    heard[index].push_back(token);
    return index != 0 || heard[0].size() < 3;
  });
  EXPECT_EQ(results[0].tokens.size(), 3u);
  EXPECT_FALSE(results[0].complete);
  EXPECT_EQ(results[0].tokens, heard[0]);
  EXPECT_GE(results[1].tokens.size(), 10u);
  EXPECT_EQ(results[1].tokens, heard[1]);
}

TEST(T2sDecoder, StopsAtTheLimitAndAtTheModelsPositions) {
  const T2s model = tiny_model();
  T2sRequest r = request({1, 2}, std::vector<int64_t>(60, 3), 1);
  r.sampling.min_tokens = 30;
  const auto result = decode_t2s(model, std::span(&r, 1));
  EXPECT_EQ(result[0].tokens.size(), 4u);  // 64 positions, 60 of them the prompt's
  EXPECT_FALSE(result[0].complete);
}

TEST(T2sDecoder, RefusesBadRequests) {
  const T2s model = tiny_model();
  const auto code = [&](const T2sRequest& r) {
    try {
      decode_t2s(model, std::span(&r, 1));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(code(request({}, {}, 1)), ErrorCode::kInvalidText);
  EXPECT_EQ(code(request({50}, {}, 1)), ErrorCode::kInvalidModel);
  EXPECT_EQ(code(request({1}, {-1}, 1)), ErrorCode::kInvalidModel);
  EXPECT_EQ(code(request(std::vector<int64_t>(65, 1), {}, 1)), ErrorCode::kUnsupported);
  EXPECT_EQ(code(request({1}, std::vector<int64_t>(65, 1), 1)), ErrorCode::kUnsupported);
  T2sRequest bad = request({1}, {}, 1);
  bad.sampling.top_p = 2;
  EXPECT_EQ(code(bad), ErrorCode::kUsage);
  EXPECT_TRUE(decode_t2s(model, {}).empty());
}

TEST(T2sDecoder, CanBeCancelled) {
  const T2s model = tiny_model();
  const std::vector<T2sRequest> requests = {request({1, 2, 3}, {4, 5}, 1)};
  CancelToken cancel;
  int heard = 0;
  const auto listener = [&](size_t, int64_t) {
    if (++heard == 2) cancel.cancel();
    return true;
  };
  EXPECT_THROW(decode_t2s(model, requests, listener, cancel), Error);
  EXPECT_EQ(heard, 2);
}

TEST(T2sDecoder, SaysThatDamagedWeightsAreDamaged) {
  FreshSource fresh(1);
  class Damaged : public ParameterSource {
   public:
    explicit Damaged(ParameterSource& base) : base_(base) {}
    bool contains(const std::string& name) const override { return base_.contains(name); }
    Parameter get(const std::string& name, const Shape& shape, Init init) override {
      if (name == "model.h.layers.1.norm2.weight") init = Init::constant(NAN);
      return base_.get(name, shape, init);
    }

   private:
    ParameterSource& base_;
  } source(fresh);
  const T2s model(exact_backend(), source, tiny());
  const std::vector<T2sRequest> requests = {request({1, 2, 3}, {4, 5}, 1)};
  try {
    decode_t2s(model, requests);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(error.message(), HasSubstr("damaged"));
  }
}

}  // namespace
}  // namespace myna::models
