#include "voice/chinese_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "base/error.h"
#include "models/model_file.h"
#include "support/official_weights.h"
#include "support/temp_dir.h"
#include "voice/import_base.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using text::Language;

constexpr int64_t kWidth = 1024;

class ChineseContextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    myna::testing::write_reduced_roberta(folder_ / "pretrained");
    import_base(folder_ / "pretrained", folder_ / "bases");
  }
  fs::path model() const { return base_file(folder_ / "bases", BaseKind::kRoberta); }

  /// A run of one language as the front end gives it; `word2ph` of Mandarin only.
  static void add_run(text::Utterance& utterance, Language language, const std::string& normalized,
                      size_t phones, const std::vector<int32_t>& word2ph = {}) {
    utterance.runs.push_back(
        {language, normalized, normalized, utterance.ids.size(), phones, word2ph});
    utterance.ids.resize(utterance.ids.size() + phones);
  }
  static std::vector<float> row(const tensor::HostTensor& features, int64_t phone) {
    const auto values = features.f32().subspan(size_t(phone * kWidth), size_t(kWidth));
    return {values.begin(), values.end()};
  }
  myna::testing::TempDir folder_;
  std::shared_ptr<compute::Backend> backend_ = compute::make_cpu_backend();
};

TEST_F(ChineseContextTest, EveryPhoneHasTheStateOfItsCharacter) {
  text::Utterance utterance;
  add_run(utterance, Language::kEn, "hi", 2);
  add_run(utterance, Language::kZh, "你 好.", 5, {2, 0, 2, 1});
  const ChineseContext context(backend_, model(), kWidth);
  const tensor::HostTensor features = context.features(utterance);
  ASSERT_EQ(features.shape(), (tensor::Shape{7, kWidth}));
  const std::vector<float> zeros(size_t(kWidth), 0.0f);
  EXPECT_EQ(row(features, 0), zeros);
  EXPECT_EQ(row(features, 1), zeros);
  EXPECT_NE(row(features, 2), zeros);
  EXPECT_EQ(row(features, 2), row(features, 3));
  EXPECT_EQ(row(features, 4), row(features, 5));
  EXPECT_NE(row(features, 3), row(features, 4));
  EXPECT_NE(row(features, 5), row(features, 6));

  // The network itself says what they are.
  const models::ModelFile file = models::open_model_file(model(), "roberta");
  const models::Roberta roberta(backend_, *file.source(),
                                models::RobertaConfig::from_json(file.config, "test"));
  const std::vector<int64_t> ids = {2, 4, 5, 6, 3};
  const auto states = backend_->to_host(roberta.forward(ids));
  EXPECT_EQ(row(features, 2), row(states, 1));
  EXPECT_EQ(row(features, 4), row(states, 2));
  EXPECT_EQ(row(features, 6), row(states, 3));
}

TEST_F(ChineseContextTest, LongRunsAreReadInPieces) {
  // 14 of the 16 positions are for characters.
  const auto features_of = [this](size_t characters) {
    std::string text;
    for (size_t i = 0; i < characters; ++i) text += i % 3 == 0 ? "好" : "你";
    text::Utterance utterance;
    add_run(utterance, Language::kZh, text, characters, std::vector<int32_t>(characters, 1));
    return ChineseContext(backend_, model(), kWidth).features(utterance);
  };
  const auto all = features_of(31), first = features_of(14);
  for (int64_t i = 0; i < 14; ++i) ASSERT_EQ(row(all, i), row(first, i)) << i;
  EXPECT_NE(row(all, 30), std::vector<float>(size_t(kWidth), 0.0f));
}

TEST_F(ChineseContextTest, ReadsOnWhenItsPagesWereDropped) {
  text::Utterance first, second;
  add_run(first, Language::kZh, "你好", 4, {2, 2});
  add_run(second, Language::kZh, "好你", 4, {2, 2});
  const ChineseContext context(backend_, model(), kWidth), other(backend_, model(), kWidth);
  context.drop_pages();  // nothing is open yet
  context.features(first);
  context.drop_pages();
  EXPECT_EQ(context.features(second).to_floats(), other.features(second).to_floats());
}

TEST_F(ChineseContextTest, OpensTheNetworkWhenMandarinIsRead) {
  const ChineseContext context(backend_, folder_ / "absent.safetensors", kWidth);
  text::Utterance english, mandarin, cantonese;
  add_run(english, Language::kEn, "hi", 2);
  add_run(cantonese, Language::kYue, "你好", 4, {2, 2});
  add_run(mandarin, Language::kZh, "你好", 4, {2, 2});
  EXPECT_TRUE(context.features(english).empty());
  EXPECT_TRUE(context.features(cantonese).empty());
  EXPECT_THROW(context.features(mandarin), Error);
}

TEST_F(ChineseContextTest, RefusesAnotherWidth) {
  text::Utterance mandarin;
  add_run(mandarin, Language::kZh, "你好", 4, {2, 2});
  try {
    ChineseContext(backend_, model(), 768).features(mandarin);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(std::string(error.what()), HasSubstr("1024 values"));
  }
}

TEST(JoinedFeatures, FillsTheMissingPartWithZeros) {
  const auto some = tensor::HostTensor::from_floats({2, 2}, {1, 2, 3, 4});
  EXPECT_TRUE(joined_features({}, 3, {}, 2).empty());
  EXPECT_EQ(joined_features({}, 1, some, 2).to_floats(), (std::vector<float>{0, 0, 1, 2, 3, 4}));
  EXPECT_EQ(joined_features(some, 2, {}, 1).to_floats(), (std::vector<float>{1, 2, 3, 4, 0, 0}));
  EXPECT_EQ(joined_features(some, 2, some, 2).shape(), (tensor::Shape{4, 2}));
}

}  // namespace
}  // namespace myna::voice
