#include "models/lora.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "compute/cpu/cpu_backend.h"
#include "models/dit.h"
#include "models/golden_support.h"
#include "support/temp_dir.h"
#include "support/torch_writer.h"

namespace myna::models {
namespace {

using myna::testing::checkpoint_of;
using myna::testing::golden_weight;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Weights = std::map<std::string, HostTensor>;

const std::string kBlock = "estimator.transformer_blocks.0.attn.to_q";
const std::string kA = "cfm.base_model.model." + kBlock + ".lora_A.default.weight";
const std::string kB = "cfm.base_model.model." + kBlock + ".lora_B.default.weight";
const std::string kWeight = "cfm." + kBlock + ".weight";

class Lora : public ::testing::Test {
 protected:
  Checkpoint write(const std::string& name, const Weights& weights,
                   const std::map<std::string, int64_t>& more = {}) const {
    const Json config = {{"model", {{"version", name == "lora.pth" ? "v4" : "base"}}}};
    write_file(folder_ / name, checkpoint_of(weights, config, false, {}, more));
    return Checkpoint::open(folder_ / name);
  }
  /// What merging says; empty when it does not refuse.
  std::string refusal(const Weights& base, const Weights& lora,
                      const std::map<std::string, int64_t>& more = {}) const {
    try {
      merge_lora(write("base.pth", base), write("lora.pth", lora, more));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      return error.what();
    }
    return "";
  }
  const HostTensor weight_ = HostTensor::from_floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const HostTensor a_ = HostTensor::from_floats({1, 3}, {1, 10, 100});
  const HostTensor b_ = HostTensor::from_floats({2, 1}, {2, -1});
  const HostTensor old_ = HostTensor::from_floats({2}, {1, 1});
  const HostTensor new_ = HostTensor::from_floats({2}, {7, 8});
  const Weights base_ = {{kWeight, weight_},
                         {"ref_enc.fc.fc.bias", old_},
                         {"cfm.estimator.rotary_embed.inv_freq", old_},
                         {"enc_p.proj.bias", old_}};
  const Weights lora_ = {{kA, a_},
                         {kB, b_},
                         {"ref_enc.fc.fc.bias", new_},
                         {"cfm.base_model.model.estimator.rotary_embed.inv_freq", new_}};
  myna::testing::TempDir folder_;
};

TEST_F(Lora, ChangesItsBase) {
  const Checkpoint whole =
      merge_lora(write("base.pth", base_), write("lora.pth", lora_, {{"lora_rank", 1}}));
  ASSERT_EQ(whole.entries().size(), base_.size());
  const std::vector<float> merged = {1 + 2, 2 + 20, 3 + 200, 4 - 1, 5 - 10, 6 - 100};
  EXPECT_EQ(whole.get(kWeight).to_floats(), merged);
  EXPECT_EQ(whole.get("ref_enc.fc.fc.bias").to_floats(), new_.to_floats());
  EXPECT_EQ(whole.get("cfm.estimator.rotary_embed.inv_freq").to_floats(), new_.to_floats());
  EXPECT_EQ(whole.get("enc_p.proj.bias").to_floats(), old_.to_floats());
  EXPECT_EQ(whole.config().at("model").at("version"), "v4");
  EXPECT_EQ(whole.path().filename(), "lora.pth");
}

TEST_F(Lora, HalfFloatsAreMergedInFullPrecision) {
  Weights base = base_, lora = lora_;
  base[kWeight] = weight_.cast(tensor::DType::kF16);
  const HostTensor small = HostTensor::from_floats({2, 1}, {1e-4f, 0});
  lora[kB] = small.cast(tensor::DType::kF16);
  const Checkpoint whole = merge_lora(write("base.pth", base), write("lora.pth", lora));
  EXPECT_EQ(whole.entries().at(kWeight).dtype, tensor::DType::kF32);
  // As a half float, 1.0001 would be 1.
  EXPECT_NEAR(whole.get(kWeight).to_floats()[0], 1.0001f, 1e-6f);
}

TEST_F(Lora, TheScaleMultipliesTheChange) {
  const std::vector<float> half = {2, 12, 103, 3.5, 0, -44};
  EXPECT_EQ(merged_weight(weight_, a_, b_, 0.5f).to_floats(), half);
  EXPECT_THROW(merged_weight(weight_, b_, a_, 1.0f), Error);
}

TEST_F(Lora, WhatDoesNotFitIsNamed) {
  EXPECT_EQ(refusal(base_, lora_), "");
  Weights base = base_, lora = lora_;
  base.erase(kWeight);
  EXPECT_THAT(refusal(base, lora_), AllOf(HasSubstr(kWeight), HasSubstr("base.pth")));
  base = base_;
  base[kWeight] = HostTensor::zeros({2, 4});
  EXPECT_THAT(refusal(base, lora_),
              AllOf(HasSubstr("matrix A of \"" + kWeight), HasSubstr("[1, 4]")));
  base = base_;
  base["ref_enc.fc.fc.bias"] = HostTensor::zeros({3});
  EXPECT_THAT(refusal(base, lora_), AllOf(HasSubstr("ref_enc.fc.fc.bias"), HasSubstr("[3]")));
  lora.erase(kB);
  EXPECT_THAT(refusal(base_, lora), AllOf(HasSubstr(kWeight), HasSubstr("only one")));
  EXPECT_THAT(refusal(base_, lora_, {{"lora_rank", 8}}), HasSubstr("states rank 8"));
}

// The LoRA checkpoint of the reference's trainer, with clipped dimensions, changes each of its 88
// weights.
TEST_F(Lora, ReadsTheReferenceCheckpoint) {
  const auto path =
      myna::testing::golden_dir() / "checkpoints" / "valid" / "sovits_v3_e8_s320_l8.pth";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << "; set MYNA_GOLDEN_DIR";
  const Checkpoint lora = Checkpoint::open(path);
  Weights base;
  size_t changed = 0;
  const std::string wrapped = "base_model.model.";
  for (const auto& [name, entry] : lora.entries()) {
    std::string own = name;
    if (own.find(wrapped) != std::string::npos) own.erase(own.find(wrapped), wrapped.size());
    if (const size_t at = own.find(".lora_A."); at != std::string::npos) {
      const int64_t width = entry.shape[1];
      base[own.substr(0, at) + ".weight"] = HostTensor::zeros({width, width});
      ++changed;
    } else if (own.find(".lora_B.") == std::string::npos) {
      base[own] = HostTensor::zeros(entry.shape);
    }
  }
  EXPECT_EQ(changed, 88u);
  const Checkpoint whole = merge_lora(write("base.pth", base), lora);
  EXPECT_EQ(whole.entries().size(), base.size());
  for (const auto& [name, value] : base) {
    const std::vector<float> merged = whole.get(name).to_floats();
    ASSERT_EQ(whole.get(name).shape(), value.shape()) << name;
    if (name.find(".attn.to_") == std::string::npos) continue;
    double size = 0;
    for (const float v : merged) size += std::abs(v);
    EXPECT_GT(size, 0) << name;
  }
}

/// The weights of one model of the group, as a checkpoint holds them.
Weights golden_weights(const std::string& group, const std::string& model) {
  Weights weights;
  const Json rows = read_json(myna::testing::golden_group_dir(group) / "weights.json").at(model);
  for (const Json& row : rows) {
    const auto name = row.at(0).get<std::string>();
    const auto shape = row.at(1).get<Shape>();
    // The angles of the rotation are computed, not read.
    weights[name] =
        name.ends_with("inv_freq") ? HostTensor::zeros(shape) : golden_weight(name, shape);
  }
  return weights;
}

// From the two files to the weight and the velocity that the reference has with them.
TEST_F(Lora, MergedModelIsTheReferences) {
  const std::string group_name = "cfm_small";
  MYNA_REQUIRE_GROUP(group_name);
  const auto group = myna::testing::golden_group(group_name);
  const Json& lora_case = group.manifest().at("cases").at(group_name).at("lora");
  const Checkpoint whole =
      merge_lora(write("base.pth", golden_weights(group_name, "cfm_small")),
                 write("lora.pth", golden_weights(group_name, "cfm_small_lora"),
                       {{"lora_rank", lora_case.at("rank").get<int64_t>()}}));
  group.expect_close("lora.to_q0", whole.get(kWeight).to_floats());

  const Json& sizes = group.manifest().at("cases").at(group_name).at("kwargs");
  DitConfig config;
  config.dim = sizes.at("dim");
  config.depth = sizes.at("depth");
  config.heads = sizes.at("heads");
  config.ffn = config.dim * sizes.at("ff_mult").get<int64_t>();
  config.text_layers = sizes.at("conv_layers");
  config.conditions = sizes.at("text_dim");
  compute::CpuOptions exact;
  exact.bf16 = false;
  const auto backend = compute::make_cpu_backend(exact);
  MapSource source = source_of(whole);
  const Dit dit(*backend, source, "cfm.estimator", config, Precision::kF32);
  const auto input = [&](const std::string& name) {
    return myna::testing::golden_input(group, "input.cfm_small." + name);
  };
  const DitModulation modulation =
      dit.modulation(*backend, input("t2").to_floats(), std::vector<float>(2, 0.25f));
  const Tensor velocity =
      dit.velocity(*backend, backend->from_host(input("x2")), backend->from_host(input("cond2")),
                   dit.embed(*backend, backend->from_host(input("mu2"))), modulation, {26, 19});
  myna::testing::expect_golden(group, *backend, "lora.velocity", velocity);
}

}  // namespace
}  // namespace myna::models
