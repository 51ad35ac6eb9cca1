#include "models/checkpoint_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "models/t2s_decoder.h"
#include "support/golden.h"
#include "support/official_weights.h"
#include "support/temp_dir.h"

namespace myna::models {
namespace {

using myna::testing::checkpoint_of;
using myna::testing::Weights;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HostTensor some(const Shape& shape) { return HostTensor::zeros(shape); }

class CheckpointKind : public ::testing::Test {
 protected:
  CheckpointIdentity of(const std::string& bytes, const std::string& name = "a.pth") const {
    write_file(folder_ / name, bytes);
    return identify(Checkpoint::open(folder_ / name));
  }
  CheckpointIdentity of(const Weights& weights, const Json& config = Json::object(),
                        const std::string& mark = {}) const {
    return of(checkpoint_of(weights, config, false, mark));
  }
  std::string refusal(const std::string& bytes) const {
    try {
      of(bytes);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return error.what();
    }
    ADD_FAILURE() << "was recognised";
    return "";
  }
  myna::testing::TempDir folder_;
};

Json version(const std::string& name) { return {{"model", {{"version", name}}}}; }

TEST_F(CheckpointKind, KnowsTheVersionsOfSovitsByTheirTensors) {
  const Weights v1 = {{"enc_p.text_embedding.weight", some({322, 4})}};
  const Weights v2 = {{"enc_p.text_embedding.weight", some({732, 4})}};
  Weights pro = v2, plus = v2;
  pro["sv_emb.weight"] = plus["sv_emb.weight"] = some({4, 8});
  pro["dec.conv_pre.weight"] = some({512, 1, 1});
  plus["dec.conv_pre.weight"] = some({768, 1, 1});
  EXPECT_EQ(describe(of(v1)), "SoVITS v1");
  EXPECT_EQ(describe(of(v2)), "SoVITS v2");
  EXPECT_EQ(describe(of(pro)), "SoVITS v2Pro");
  EXPECT_EQ(describe(of(plus)), "SoVITS v2ProPlus");
  EXPECT_THAT(of(v1).doubts, IsEmpty());
  // A configuration or mark that says otherwise does not win, and is told.
  EXPECT_EQ(of(v1, version("v2")).version, "v1");
  EXPECT_THAT(of(v1, version("v2")).doubts, Contains(HasSubstr("says \"v2\"")));
  EXPECT_EQ(of(plus, version("v2ProPlus"), "05").version, "v2ProPlus");
  EXPECT_THAT(of(plus, version("v2ProPlus"), "05").doubts, Contains(HasSubstr("v2Pro")));
}

TEST_F(CheckpointKind, TellsV4FromV3ByConfigurationThenMark) {
  const Weights full = {{"enc_p.text_embedding.weight", some({732, 4})},
                        {"ref_enc.fc.fc.weight", some({4, 4})},
                        {"cfm.estimator.norm_out.linear.weight", some({4, 4})}};
  EXPECT_EQ(describe(of(full, version("v4"))), "SoVITS v4");
  EXPECT_EQ(describe(of(full, version("v3"))), "SoVITS v3");
  EXPECT_EQ(describe(of(full, Json::object(), "02")), "SoVITS v3");
  EXPECT_EQ(describe(of(full)), "SoVITS of an unclear version");
  const Weights lora = {
      {"ref_enc.fc.fc.weight", some({4, 4})},
      {"cfm.base_model.model.estimator.transformer_blocks.0.attn.to_q.lora_A.default.weight",
       some({32, 4})},
      {"cfm.base_model.model.estimator.transformer_blocks.0.attn.to_q.lora_B.default.weight",
       some({4, 32})}};
  EXPECT_EQ(describe(of(lora, Json::object(), "04")), "LoRA of SoVITS v4, rank 32");
  EXPECT_EQ(of(lora, version("v3"), "03").kind, NetworkKind::kSovitsLora);
}

TEST_F(CheckpointKind, KnowsTheOtherNetworks) {
  EXPECT_EQ(describe(of(myna::testing::reduced_t2s("v1"))), "text-to-semantic model (GPT) v1");
  EXPECT_EQ(describe(of(myna::testing::reduced_t2s("v2"))),
            "text-to-semantic model (GPT) v2 or later");
  EXPECT_EQ(of(Weights{{"discriminators.0.convs.0.bias", some({1})},
                       {"discriminators.0.conv_post.bias", some({1})}})
                .kind,
            NetworkKind::kDiscriminator);
  EXPECT_EQ(of(Weights{{"bert.embeddings.word_embeddings.weight", some({4, 2})},
                       {"bert.encoder.layer.0.attention.self.query.weight", some({2, 2})}})
                .kind,
            NetworkKind::kRoberta);
  EXPECT_EQ(
      of(Weights{{"conv_pre.bias", some({4})}, {"activation_post.act.alpha", some({4})}}).kind,
      NetworkKind::kBigvgan);
  EXPECT_EQ(of(Weights{{"what.weight", some({4})}}).kind, NetworkKind::kUnknown);
  myna::testing::write_reduced_base(folder_.path());
  EXPECT_EQ(identify(Checkpoint::open(folder_ / "chinese-hubert-base/pytorch_model.bin")).kind,
            NetworkKind::kHubert);
  write_model_file(folder_ / "own.safetensors", "sovits", Json::object(), Json::object(),
                   {{"x", some({1})}}, false);
  EXPECT_EQ(describe(identify(Checkpoint::open(folder_ / "own.safetensors"))),
            "Myna model file, network \"sovits\"");
}

TEST_F(CheckpointKind, NamesWhatIsNoModel) {
  EXPECT_THAT(refusal(""), HasSubstr("an empty file"));
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"),
              HasSubstr("Git-LFS pointer"));
  EXPECT_THAT(refusal("<!doctype html><title>404</title>"), HasSubstr("web page"));
  const std::string whole = checkpoint_of({{"x", some({64})}}, Json::object());
  EXPECT_THAT(refusal(whole.substr(0, whole.size() / 2)), HasSubstr("cut short"));
  myna::testing::PickleWriter nothing;
  nothing.raw("]");
  EXPECT_THAT(refusal(nothing.zip()), HasSubstr("no named tensors"));
}

TEST_F(CheckpointKind, ReadsEveryReferenceCheckpoint) {
  const auto golden = myna::testing::golden_dir() / "checkpoints" / "valid";
  if (!std::filesystem::exists(golden)) GTEST_SKIP() << "no " << golden << "; set MYNA_GOLDEN_DIR";
  const std::map<std::string, std::string> wanted = {
      {"demo-e15.ckpt", "text-to-semantic model (GPT) v2 or later"},
      {"sovits_v1_e8_s320.pth", "SoVITS v1"},
      {"sovits_v2_e8_s320.pth", "SoVITS v2"},
      {"sovits_v2pro_e8_s320.pth", "SoVITS v2Pro"},
      {"sovits_v3_e8_s320_l8.pth", "LoRA of SoVITS v3, rank 8"},
      {"mixed_zip.pth", "unknown network"}};
  for (const auto& [name, what] : wanted) {
    const CheckpointIdentity identity = identify(Checkpoint::open(golden / name));
    EXPECT_EQ(describe(identity), what) << name;
    EXPECT_THAT(identity.doubts, IsEmpty()) << name;
  }
  EXPECT_TRUE(identify(Checkpoint::open(golden / "resume_G.pth")).resume);
}

// From the file to the tokens that the reference makes with it.
TEST(CheckpointGolden, ReducedModelGivesTheReferenceTokens) {
  MYNA_REQUIRE_GOLDEN("checkpoints");
  const myna::testing::GoldenGroup group("checkpoints");
  const Json& info = group.manifest().at("cases").at("s1_sample");
  const Checkpoint file =
      Checkpoint::open(myna::testing::golden_dir() / "checkpoints" / "valid" / "demo-e15.ckpt");
  MapSource source = source_of(file);
  compute::CpuOptions exact;
  exact.bf16 = false;
  const T2s model(compute::make_cpu_backend(exact), source,
                  T2sConfig::from_json(file.config().at("model"), file.subject()));

  const int64_t phones = info.at("text_len"), prompt = info.at("prompt_len");
  const auto integers = [](const char* name, int64_t count, int64_t limit) {
    return myna::testing::GoldenGenerator(name).integers(size_t(count), 0, limit);
  };
  T2sRequest request;
  request.phones = integers("input.ckpt.phones", phones, 732);
  request.prompt = integers("input.ckpt.prompt", prompt, 1024);
  const auto columns = myna::testing::GoldenGenerator("input.ckpt.bert")
                           .floats(size_t(1024 * phones), 0, std::sqrt(3.0));
  std::vector<float> rows(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    rows[i % size_t(phones) * 1024 + i / size_t(phones)] = columns[i];
  }
  request.bert = HostTensor::from_floats({phones, 1024}, std::move(rows));
  const auto wanted = group.stored<int64_t>("s1.tokens");
  request.sampling.top_k = 1;
  request.sampling.repetition_penalty = 1.0f;
  request.sampling.max_tokens = int(wanted.size());
  EXPECT_EQ(decode_t2s(model, std::span(&request, 1))[0].tokens, wanted);
}

}  // namespace
}  // namespace myna::models
