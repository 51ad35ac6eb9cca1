#include "voice/lora_voice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "models/vocoder.h"
#include "support/temp_dir.h"
#include "support/tiny_base.h"
#include "support/torch_writer.h"
#include "voice/bases.h"
#include "voice/import_base.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using myna::testing::checkpoint_of;
using myna::testing::RecordingSource;
using tensor::HostTensor;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Weights = std::map<std::string, HostTensor>;

const std::string kQuery = "estimator.transformer_blocks.0.attn.to_q.";

Json version(const std::string& name) {
  return name.empty() ? Json::object() : Json{{"model", {{"version", name}}}};
}

class LoraVoiceTest : public ::testing::Test {
 protected:
  fs::path base_file(const std::string& name, const std::string& version_name) const {
    const Weights weights = {{"enc_p.text_embedding.weight", HostTensor::zeros({732, 4})},
                             {"ref_enc.fc.fc.weight", HostTensor::zeros({4, 4})},
                             {"cfm." + kQuery + "weight", HostTensor::zeros({4, 4})}};
    return write(name, checkpoint_of(weights, version(version_name)));
  }
  fs::path lora_file(const std::string& name, const std::string& version_name) const {
    const std::string wrapped = "cfm.base_model.model." + kQuery;
    const auto ones = [](const tensor::Shape& shape) {
      return HostTensor::from_floats(shape, {1, 1, 1, 1, 1, 1, 1, 1});
    };
    const Weights weights = {{"ref_enc.fc.fc.weight", HostTensor::zeros({4, 4})},
                             {wrapped + "lora_A.default.weight", ones({2, 4})},
                             {wrapped + "lora_B.default.weight", ones({4, 2})}};
    return write(name,
                 checkpoint_of(weights, version(version_name), false, {}, {{"lora_rank", 2}}));
  }
  fs::path write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
    return folder_ / name;
  }
  LoraVoice join(const fs::path& lora, const fs::path& base = {}) const {
    const models::Checkpoint file = models::Checkpoint::open(lora);
    return with_base(file, models::identify(file), base, folder_ / "bases");
  }
  void expect_refused(const fs::path& lora, const fs::path& base, ErrorCode code,
                      const ::testing::Matcher<std::string>& says) const {
    try {
      join(lora, base);
      ADD_FAILURE() << lora << " was joined with " << base;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(std::string(error.what()), says);
    }
  }
  void expect_merged(const LoraVoice& voice, const std::string& version_name) const {
    EXPECT_EQ(voice.version, version_name);
    EXPECT_EQ(voice.model.get("cfm." + kQuery + "weight").to_floats(), std::vector<float>(16, 2));
    EXPECT_TRUE(voice.model.contains("enc_p.text_embedding.weight"));
  }
  myna::testing::TempDir folder_;
};

TEST_F(LoraVoiceTest, TakesTheBaseThatIsGiven) {
  const fs::path base = base_file("any.pth", "v3");
  const LoraVoice voice = join(lora_file("me_l2.pth", "v3"), base);
  expect_merged(voice, "v3");
  EXPECT_EQ(voice.base, base);
  // One of the two is enough to know the version.
  expect_merged(join(lora_file("unclear.pth", ""), base), "v3");
  expect_merged(join(lora_file("me_l2.pth", "v4"), base_file("unclear_base.pth", "")), "v4");
}

TEST_F(LoraVoiceTest, TakesTheConvertedBaseOfItsVersion) {
  base_file("pretrained/s2Gv3.pth", "v3");
  base_file("pretrained/gsv-v4-pretrained/s2Gv4.pth", "");  // known by its name
  base_file("pretrained/a_fine_tune.pth", "v3");            // not taken for the official one
  import_base(folder_ / "pretrained", folder_ / "bases");
  const LoraVoice voice = join(lora_file("me.pth", "v4"));
  expect_merged(voice, "v4");
  EXPECT_EQ(voice.base, folder_ / "bases" / "sovits-v4.safetensors");
  expect_merged(join(lora_file("me.pth", "v3")), "v3");
  expect_merged(join(lora_file("me.pth", "v3"), folder_ / "bases" / "sovits-v3.safetensors"), "v3");
}

TEST_F(LoraVoiceTest, WithoutItsBaseItIsRefusedWithTheRemedy) {
  const auto missing = ErrorCode::kNotFound, invalid = ErrorCode::kInvalidModel;
  expect_refused(
      lora_file("me_l2.pth", "v4"), {}, missing,
      AllOf(HasSubstr("me_l2.pth"), HasSubstr("LoRA of SoVITS v4, rank 2"),
            HasSubstr("--sovits-base"), HasSubstr("s2Gv4.pth"), HasSubstr("myna import --base")));
  expect_refused(lora_file("unclear.pth", ""), {}, missing,
                 AllOf(HasSubstr("--sovits-base"), HasSubstr("s2Gv3.pth")));
  expect_refused(lora_file("me_l2.pth", "v4"), base_file("s2Gv3.pth", "v3"), invalid,
                 AllOf(HasSubstr("s2Gv3.pth is SoVITS v3"), HasSubstr("own version")));
  expect_refused(lora_file("unclear.pth", ""), base_file("unclear_base.pth", ""), invalid,
                 HasSubstr("v3 from v4"));
  expect_refused(lora_file("me_l2.pth", "v4"), lora_file("other.pth", "v4"), invalid,
                 AllOf(HasSubstr("other.pth"), HasSubstr("a LoRA of SoVITS v4")));
}

TEST_F(LoraVoiceTest, VocodersAreConvertedAndOpenAgain) {
  const Json sizes = {{"num_mels", 6},
                      {"upsample_initial_channel", 16},
                      {"upsample_rates", {4, 2}},
                      {"upsample_kernel_sizes", {8, 4}},
                      {"resblock", "1"},
                      {"resblock_kernel_sizes", {3}},
                      {"resblock_dilation_sizes", {{1, 3, 5}}},
                      {"activation", "snakebeta"},
                      {"snake_logscale", true},
                      {"use_bias_at_final", true}};
  const auto backend = compute::make_cpu_backend();
  const auto weights = [&](models::VocoderKind kind) {
    RecordingSource source(3);
    models::Vocoder(*backend, source, models::VocoderConfig::from_json(kind, sizes, "test"));
    return source.tensors;
  };
  const std::string bigvgan = "pretrained/bigvgan/";
  myna::testing::PickleWriter generator;
  generator.raw("}(");
  generator.text("generator");
  generator.tensors(weights(models::VocoderKind::kBigvgan));
  generator.raw("u");
  write(bigvgan + "bigvgan_generator.pt", generator.zip());
  EXPECT_THROW(import_base(folder_ / "pretrained", folder_ / "bases"), Error);  // no config.json
  write(bigvgan + "config.json", sizes.dump());
  myna::testing::PickleWriter flat;
  flat.tensors(weights(models::VocoderKind::kHifigan));
  write("pretrained/gsv-v4-pretrained/vocoder.pth", flat.zip());
  import_base(folder_ / "pretrained", folder_ / "bases");

  for (const auto& [part, kind] :
       {std::pair{BaseKind::kBigvgan, models::VocoderKind::kBigvgan},
        std::pair{BaseKind::kV4Vocoder, models::VocoderKind::kHifigan}}) {
    const auto file =
        models::open_model_file(require_base(folder_ / "bases", part), base_part(part).name);
    const auto config = models::VocoderConfig::from_json(kind, file.config, file.subject());
    EXPECT_EQ(config.hop_length(), 8);
    EXPECT_EQ(config.sampling_rate, kind == models::VocoderKind::kBigvgan ? 24000 : 48000);
    const models::Vocoder vocoder(*backend, *file.source(), config);
    const auto mel = backend->from_host(HostTensor::zeros({1, 6, 5}));
    EXPECT_EQ(vocoder.decode(mel).shape(), (tensor::Shape{1, 1, 40}));
  }
}

}  // namespace
}  // namespace myna::voice
