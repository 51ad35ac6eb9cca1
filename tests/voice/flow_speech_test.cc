// Voices of SoVITS v3 and v4 from checkpoints of reduced networks to speech.
#include "voice/flow_speech.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/paths.h"
#include "support/official_weights.h"
#include "support/temp_dir.h"
#include "voice/import.h"
#include "voice/import_base.h"
#include "voice/synthesizer.h"

namespace myna::voice {
namespace {

namespace fs = std::filesystem;
using myna::testing::checkpoint_of;
using myna::testing::Weights;
using ::testing::AllOf;
using ::testing::HasSubstr;

const fs::path kAssets = MYNA_SOURCE_DIR "/assets";

/// Fresh weights without the layers of zeros in which a training would begin.
class LivelySource : public myna::testing::RecordingSource {
 public:
  using RecordingSource::RecordingSource;
  models::Parameter get(const std::string& name, const models::Shape& shape,
                        models::Init init) override {
    if (init.kind == models::Init::Kind::kZeros) init = models::Init::uniform(0.1f);
    return RecordingSource::get(name, shape, init);
  }
};

Weights reduced_cfm(const std::string& version) {
  Json config = myna::testing::reduced_sovits_config(version);
  config["model"]["cfm"] = {{"conditions", 16}, {"dim", 32},           {"depth", 2},
                            {"heads", 2},       {"ffn", 64},           {"text_layers", 1},
                            {"text_ffn", 24},   {"wavenet_layers", 2}, {"position_kernel", 5}};
  LivelySource source(7);
  const auto backend = compute::make_cpu_backend();
  models::SovitsCfm(*backend, source, models::SovitsConfig::from_json(config, "test"));
  // Official files have these too; the first tells how wide a head is.
  source.tensors["cfm.estimator.rotary_embed.inv_freq"] = tensor::HostTensor::zeros({8});
  source.tensors["linear_mel.weight"] = tensor::HostTensor::zeros({100, 16, 1});
  return myna::testing::halved(source.tensors);
}

/// The part of a model that a LoRA file holds, and matrices of rank 2 that change nothing.
Weights reduced_lora(const Weights& base) {
  Weights lora;
  for (const auto& [name, value] : base) {
    for (const char* prefix : {"ref_enc.", "bridge.", "wns1.", "linear_mel.", "quantizer."})
      if (name.starts_with(prefix)) lora[name] = value;
  }
  for (const char* block : {"0", "1"}) {
    for (const char* layer : {"to_q", "to_k", "to_v", "to_out.0"}) {
      const std::string name = std::string("cfm.base_model.model.estimator.transformer_blocks.") +
                               block + ".attn." + layer;
      lora[name + ".lora_A.default.weight"] = tensor::HostTensor::zeros({2, 32});
      lora[name + ".lora_B.default.weight"] = tensor::HostTensor::zeros({32, 2});
    }
  }
  return lora;
}

class FlowSpeechTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("MYNA_ASSETS", kAssets.c_str(), 1);
    setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
    myna::testing::write_reduced_gpt(gpt_, "v2");
    myna::testing::write_reduced_base(folder_ / "pretrained");
  }
  fs::path write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((folder_ / name).parent_path());
    write_file(folder_ / name, bytes);
    return folder_ / name;
  }
  /// Vocoders that read 100 bands and make as many samples of a frame as the official ones.
  void write_vocoders() const {
    const auto weights = [](models::VocoderKind kind, const Json& sizes) {
      LivelySource source(3);
      models::Vocoder(*compute::make_cpu_backend(), source,
                      models::VocoderConfig::from_json(kind, sizes, "test"));
      return source.tensors;
    };
    Json sizes = {{"num_mels", 100},
                  {"upsample_initial_channel", 16},
                  {"upsample_rates", {16, 16}},
                  {"upsample_kernel_sizes", {32, 32}},
                  {"resblock", "1"},
                  {"resblock_kernel_sizes", {3}},
                  {"resblock_dilation_sizes", {{1, 3, 5}}},
                  {"activation", "snakebeta"},
                  {"snake_logscale", true}};
    const std::string bigvgan = "pretrained/models--nvidia--bigvgan_v2_24khz_100band_256x/";
    myna::testing::PickleWriter generator;
    generator.raw("}(");
    generator.text("generator");
    generator.tensors(weights(models::VocoderKind::kBigvgan, sizes));
    generator.raw("u");
    write(bigvgan + "bigvgan_generator.pt", generator.zip());
    write(bigvgan + "config.json", sizes.dump());
    sizes["upsample_rates"] = {24, 20};
    sizes["upsample_kernel_sizes"] = {48, 40};
    myna::testing::PickleWriter flat;
    flat.tensors(weights(models::VocoderKind::kHifigan, sizes));
    write("pretrained/gsv-v4-pretrained/vocoder.pth", flat.zip());
  }
  void convert_bases() const { import_base(folder_ / "pretrained", bases_dir()); }
  fs::path sovits(const std::string& version) const {
    return write(
        "me_" + version + ".pth",
        checkpoint_of(reduced_cfm(version), myna::testing::reduced_sovits_config(version), true));
  }
  ImportRequest request(const fs::path& sovits_file) const {
    ImportRequest request;
    request.gpt = gpt_;
    request.sovits = sovits_file;
    request.name = "me";
    request.reference = kAssets / "samples" / "slt.flac";
    request.prompt_text = read_text(kAssets / "samples" / "slt.txt");
    return request;
  }
  struct Said {
    std::vector<float> samples;
    SpeakReport report;
  };
  static Said say(const std::shared_ptr<const Engine>& engine, const Voice& voice, uint64_t seed,
                  int steps, double speed = 1) {
    SpeakOptions options;
    options.seed = seed;
    options.sample_steps = steps;
    options.speed = speed;
    options.pause_seconds = 0;
    options.self_check = false;
    Said said;
    said.report = Synthesizer(engine).speak(voice, "Hi there.", options, [&](auto part) {
      said.samples.insert(said.samples.end(), part.begin(), part.end());
    });
    for (const float sample : said.samples) EXPECT_TRUE(std::isfinite(sample));
    return said;
  }

  myna::testing::TempDir folder_;
  const fs::path gpt_ = folder_ / "me.ckpt";
};

TEST_F(FlowSpeechTest, ImportedVoicesSpeak) {
  write_vocoders();
  convert_bases();
  for (const std::string version : {"v3", "v4"}) {
    SCOPED_TRACE(version);
    const bool v4 = version == "v4";
    const ImportedVoice imported =
        import_voice(request(sovits(version)), voices_dir(), bases_dir());
    EXPECT_EQ(imported.version, version);
    const auto engine = engine_for({"me"});
    EXPECT_EQ(engine->sample_rate(), v4 ? 48000 : 24000);
    EXPECT_EQ(engine->reference_rate(), 32000);
    EXPECT_EQ(engine->decoder().default_steps(), v4 ? 8 : 32);

    const Voice voice = make_voice(*engine, "me", find_recordings("me"));
    const double seconds = voice.notes[0].end_seconds - voice.notes[0].begin_seconds;
    const double frame_rate = v4 ? 100 : 93.75;
    EXPECT_NEAR(double(voice.prompt_mel.dim(2)), frame_rate * seconds, 2);
    EXPECT_NEAR(double(voice.prompt_conditions.dim(2)), frame_rate * (seconds + 0.3), 12);

    const Said four = say(engine, voice, 4, 4);
    EXPECT_EQ(four.report.sample_steps, 4);
    // 25 tokens a second.
    const double token_samples = double(engine->sample_rate()) / 25;
    EXPECT_NEAR(double(four.samples.size()) / token_samples,
                double(four.report.sentences[0].tokens), 1);
    EXPECT_EQ(say(engine, voice, 4, 4).samples, four.samples);
    EXPECT_NE(say(engine, voice, 4, 5).samples, four.samples);
    EXPECT_NEAR(double(say(engine, voice, 4, 4, 2).samples.size()), double(four.samples.size()) / 2,
                3 * token_samples);
    EXPECT_EQ(say(engine, voice, 4, 0).report.sample_steps, v4 ? 8 : 32);
    fs::remove_all(imported.folder);
  }
}

TEST_F(FlowSpeechTest, ALoraSpeaksWithItsBase) {
  write_vocoders();
  convert_bases();
  const Json config = myna::testing::reduced_sovits_config("v4");
  const fs::path lora = write("me_l2.pth", checkpoint_of(reduced_lora(reduced_cfm("v4")), config,
                                                         true, "04", {{"lora_rank", 2}}));
  ImportRequest asked = request(lora);
  asked.sovits_base = sovits("v4");
  EXPECT_EQ(import_voice(asked, voices_dir(), bases_dir()).version, "v4");
  const auto changed = engine_for({"me"});
  const Voice voice = make_voice(*changed, "me", find_recordings("me"));
  const std::vector<float> samples = say(changed, voice, 4, 2).samples;
  fs::remove_all(voices_dir() / "me");

  // Matrices of zeros change nothing.
  import_voice(request(asked.sovits_base), voices_dir(), bases_dir());
  const auto base = engine_for({"me"});
  EXPECT_EQ(say(base, make_voice(*base, "me", find_recordings("me")), 4, 2).samples, samples);
}

TEST_F(FlowSpeechTest, AMissingVocoderIsNamedWithItsPlace) {
  convert_bases();
  for (const auto& [version, place] :
       {std::pair{"v3", "models--nvidia--bigvgan"}, std::pair{"v4", "gsv-v4-pretrained"}}) {
    try {
      import_voice(request(sovits(version)), voices_dir(), bases_dir());
      ADD_FAILURE() << version << " was imported";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kNotFound);
      EXPECT_THAT(std::string(error.what()), AllOf(HasSubstr(place), HasSubstr("--base")));
    }
  }
  EXPECT_TRUE(!fs::exists(voices_dir()) || fs::is_empty(voices_dir()));
}

TEST_F(FlowSpeechTest, OtherVoicesHaveNoSteps) {
  convert_bases();
  const fs::path v2 = folder_ / "me_v2.pth";
  myna::testing::write_reduced_sovits(v2, "v2");
  import_voice(request(v2), voices_dir(), bases_dir());
  const auto engine = engine_for({"me"});
  const Voice voice = make_voice(*engine, "me", find_recordings("me"));
  EXPECT_FALSE(voice.prompt_mel);
  EXPECT_EQ(say(engine, voice, 4, 0).report.sample_steps, 0);
  try {
    say(engine, voice, 4, 8);
    ADD_FAILURE() << "spoke in steps";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUsage);
    EXPECT_THAT(std::string(error.what()), HasSubstr("--sample-steps"));
  }
}

TEST(FlowSpeech, RefusesAVocoderOfOtherMels) {
  const auto backend = compute::make_cpu_backend();
  Json config = myna::testing::reduced_sovits_config("v4");
  config["model"]["cfm"] = {{"dim", 32}, {"depth", 1}, {"heads", 2}, {"text_layers", 1}};
  const Json sizes = {{"num_mels", 80},
                      {"upsample_initial_channel", 8},
                      {"upsample_rates", {24, 20}},
                      {"upsample_kernel_sizes", {48, 40}},
                      {"resblock", "1"},
                      {"resblock_kernel_sizes", {3}},
                      {"resblock_dilation_sizes", {{1}}}};
  models::FreshSource source(1);
  auto vocoder = std::make_unique<models::Vocoder>(
      *backend, source,
      models::VocoderConfig::from_json(models::VocoderKind::kHifigan, sizes, "test"));
  try {
    FlowSpeech(*backend, source, models::SovitsConfig::from_json(config, "test"),
               std::move(vocoder));
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(std::string(error.what()), AllOf(HasSubstr("80 bands"), HasSubstr("100 bands")));
  }
}

}  // namespace
}  // namespace myna::voice
