#include "voice/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/json.h"
#include "base/paths.h"
#include "support/official_weights.h"
#include "support/temp_dir.h"
#include "voice/import_base.h"
#include "voice/synthesizer.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using myna::testing::checkpoint_of;
using myna::testing::Weights;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

const fs::path kAssets = MYNA_SOURCE_DIR "/assets";

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("MYNA_ASSETS", kAssets.c_str(), 1);
    setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
  }
  /// A path of the folder whose checkpoint is written on first use.
  fs::path gpt(const std::string& version) const {
    const fs::path path = folder_ / ("me-" + version + ".ckpt");
    if (!fs::exists(path)) myna::testing::write_reduced_gpt(path, version);
    return path;
  }
  fs::path sovits(const std::string& version) const {
    const fs::path path = folder_ / ("me_" + version + ".pth");
    if (!fs::exists(path)) myna::testing::write_reduced_sovits(path, version);
    return path;
  }
  fs::path file(const std::string& name, const std::string& bytes) const {
    write_file(folder_ / name, bytes);
    return folder_ / name;
  }
  void add_base() const {
    myna::testing::write_reduced_base(folder_ / "pretrained");
    import_base(folder_ / "pretrained", bases_dir());
  }
  ImportedVoice import(const fs::path& gpt_file, const fs::path& sovits_file) const {
    ImportRequest request;
    request.gpt = gpt_file;
    request.sovits = sovits_file;
    request.name = "me";
    request.reference = kAssets / "samples" / "slt.flac";
    request.prompt_text = read_text(kAssets / "samples" / "slt.txt");
    return import_voice(request, voices_dir(), bases_dir());
  }
  /// Refused with this code, and nothing is left in the voices folder.
  void expect_refused(const fs::path& gpt_file, const fs::path& sovits_file, ErrorCode code,
                      const ::testing::Matcher<std::string>& says) const {
    try {
      import(gpt_file, sovits_file);
      ADD_FAILURE() << gpt_file << " and " << sovits_file << " were imported";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(std::string(error.what()), says);
    }
    EXPECT_TRUE(!fs::exists(voices_dir()) || fs::is_empty(voices_dir()));
  }
  myna::testing::TempDir folder_;
};

TEST_F(ImportTest, ImportedVoicesSpeak) {
  add_base();
  for (const std::string version : {"v1", "v2"}) {
    SCOPED_TRACE(version);
    const ImportedVoice imported = import(gpt(version), sovits(version));
    EXPECT_EQ(imported.version, version);
    EXPECT_EQ(imported.folder, voices_dir() / "me");
    EXPECT_THAT(imported.sovits.reasons, Contains(HasSubstr("phone table")));
    const std::string weights = read_text(imported.folder / "sovits.safetensors");
    EXPECT_EQ(weights.find("logs/secret"), std::string::npos);

    const auto engine = engine_for({"me"});
    EXPECT_EQ(engine->sample_rate(), 32000);
    EXPECT_EQ(engine->sovits().config().version, version);
    const auto recordings = find_recordings("me");
    ASSERT_EQ(recordings.size(), 1u);
    EXPECT_FALSE(recordings[0].transcript.empty());
    const Voice voice = make_voice(*engine, "me", recordings);
    // 25 codes per second of the reference and the silence after it.
    const double seconds = voice.notes[0].end_seconds - voice.notes[0].begin_seconds + 0.3;
    EXPECT_NEAR(double(voice.prompt_codes.size()), 25 * seconds, 3);
    for (const int64_t code : voice.prompt_codes) ASSERT_LT(code, myna::testing::kReducedCodes);

    SpeakOptions options;
    options.seed = 4;
    options.self_check = false;
    std::vector<float> samples;
    const SpeakReport report = Synthesizer(engine).speak(
        voice, "Hi there. 你好。", options,
        [&](auto part) { samples.insert(samples.end(), part.begin(), part.end()); });
    EXPECT_GT(samples.size(), 3200u);
    for (const float sample : samples) ASSERT_TRUE(std::isfinite(sample));
    ASSERT_EQ(report.sentences.size(), 2u);
    EXPECT_TRUE(report.sentences[0].notes.empty());
    EXPECT_THAT(report.sentences[1].notes, Contains(HasSubstr("RoBERTa")));
    fs::remove_all(imported.folder);
  }
}

TEST_F(ImportTest, KeepsTheWeightsAsTheyAre) {
  add_base();
  const ImportedVoice imported = import(gpt("v2"), sovits("v2"));
  const auto model = models::open_model_file(imported.folder / "sovits.safetensors", "sovits");
  for (const auto& [name, value] : myna::testing::reduced_sovits("v2")) {
    const tensor::HostTensor kept = model.tensors->get(name);
    EXPECT_EQ(kept.dtype(), tensor::DType::kF16) << name;
    EXPECT_EQ(kept.to_floats(), value.to_floats()) << name;
  }
}

TEST_F(ImportTest, WithoutAReferenceOneIsGivenWhenSpeaking) {
  add_base();
  ImportRequest request;
  request.gpt = gpt("v2");
  request.sovits = sovits("v2");
  const ImportedVoice imported = import_voice(request, voices_dir(), bases_dir());
  EXPECT_EQ(imported.name, "me_v2");
  EXPECT_THAT(imported.notes, Contains(HasSubstr("no reference recording")));
  EXPECT_TRUE(find_recordings("me_v2").empty());
  EXPECT_EQ(engine_for({"me_v2", "slt"})->sample_rate(), 32000);
  EXPECT_THROW(import_voice(request, voices_dir(), bases_dir()), Error);  // the name is taken
}

TEST_F(ImportTest, WrongPairsAndWrongKindsAreNamed) {
  add_base();
  const auto invalid = ErrorCode::kInvalidModel;
  expect_refused(gpt("v1"), sovits("v2"), invalid,
                 AllOf(HasSubstr("me-v1.ckpt"), HasSubstr("me_v2.pth"), HasSubstr("one version")));
  expect_refused(gpt("v2"), sovits("v1"), invalid, HasSubstr("one version"));
  expect_refused(sovits("v2"), gpt("v2"), invalid, HasSubstr("give it behind --sovits"));
  expect_refused(gpt("v2"), gpt("v2"), invalid, HasSubstr("give it behind --gpt"));
  const auto one = tensor::HostTensor::zeros({1});
  const fs::path discriminator =
      file("D.pth", checkpoint_of({{"discriminators.0.convs.0.bias", one},
                                   {"discriminators.0.conv_post.bias", one}},
                                  Json::object()));
  expect_refused(gpt("v2"), discriminator, invalid, HasSubstr("discriminator"));
  const fs::path page = file("page.pth", "<!DOCTYPE html><html></html>");
  expect_refused(gpt("v2"), page, invalid, AllOf(HasSubstr("page.pth"), HasSubstr("web page")));
  expect_refused(folder_ / "absent.ckpt", sovits("v2"), ErrorCode::kNotFound,
                 HasSubstr("absent.ckpt"));
}

TEST_F(ImportTest, DamagedWeightsAreNamedByTensor) {
  add_base();
  const Json config = myna::testing::reduced_sovits_config("v2");
  Weights missing = myna::testing::reduced_sovits("v2");
  missing.erase("flow.flows.0.pre.weight");
  expect_refused(gpt("v2"), file("missing.pth", checkpoint_of(missing, config)),
                 ErrorCode::kInvalidModel,
                 AllOf(HasSubstr("missing.pth"), HasSubstr("flow.flows.0.pre.weight")));
  Weights misshapen = myna::testing::reduced_sovits("v2");
  misshapen["dec.conv_pre.bias"] = tensor::HostTensor::zeros({3});
  expect_refused(gpt("v2"), file("shape.pth", checkpoint_of(misshapen, config)),
                 ErrorCode::kInvalidModel,
                 AllOf(HasSubstr("dec.conv_pre.bias"), HasSubstr("[3]"), HasSubstr("[32]")));
  expect_refused(gpt("v2"),
                 file("bare.pth", checkpoint_of(myna::testing::reduced_sovits("v2"), nullptr)),
                 ErrorCode::kInvalidModel, HasSubstr("no configuration"));
  const std::string whole = read_text(sovits("v2"));
  expect_refused(gpt("v2"), file("half.pth", whole.substr(0, whole.size() / 2)),
                 ErrorCode::kInvalidModel, HasSubstr("cut short"));
}

TEST_F(ImportTest, VersionsThatCannotSpeakYetSaySo) {
  add_base();
  Weights pro = myna::testing::reduced_sovits("v2");
  pro["sv_emb.weight"] = tensor::HostTensor::zeros({16, 8});
  expect_refused(gpt("v2"),
                 file("pro.pth", checkpoint_of(pro, myna::testing::reduced_sovits_config("v2Pro"))),
                 ErrorCode::kUnsupported, AllOf(HasSubstr("v2Pro"), HasSubstr("ERes2NetV2")));
  const auto matrix = tensor::HostTensor::zeros({8, 4});
  const std::string block = "cfm.base_model.model.estimator.transformer_blocks.0.attn.to_q.";
  const fs::path lora = file(
      "lora.pth",
      checkpoint_of({{"ref_enc.fc.fc.weight", matrix}, {block + "lora_A.default.weight", matrix}},
                    {{"model", {{"version", "v4"}}}}, false, "04", {{"lora_rank", 8}}));
  expect_refused(
      gpt("v2"), lora, ErrorCode::kNotFound,
      AllOf(HasSubstr("LoRA of SoVITS v4"), HasSubstr("s2Gv4.pth"), HasSubstr("--sovits-base")));
}

TEST_F(ImportTest, MissingExtractorsAreNamedWithTheirPlace) {
  expect_refused(gpt("v2"), sovits("v2"), ErrorCode::kNotFound,
                 AllOf(HasSubstr("chinese-hubert-base"), HasSubstr("GPT-SoVITS"),
                       HasSubstr("myna import --base")));
  EXPECT_THROW(import_base(folder_ / "data", bases_dir()), Error);
}

TEST_F(ImportTest, BasesAreConvertedOnce) {
  myna::testing::write_reduced_base(folder_ / "pretrained");
  file("pretrained/broken.pth", "PK\3\4 not really");
  const BaseImport first = import_base(folder_ / "pretrained", bases_dir());
  ASSERT_EQ(first.parts.size(), base_parts().size());
  EXPECT_TRUE(first.parts[0].converted);
  EXPECT_FALSE(first.parts[1].present);
  EXPECT_THAT(first.notes, Contains(HasSubstr("broken.pth")));
  const BaseImport again = import_base(folder_ / "pretrained", bases_dir());
  EXPECT_TRUE(again.parts[0].present);
  EXPECT_FALSE(again.parts[0].converted);
}

}  // namespace
}  // namespace myna::voice
