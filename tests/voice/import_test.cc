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
#include "voice/reference_cache.h"
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
  for (const std::string version : {"v1", "v2", "v2Pro", "v2ProPlus"}) {
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

TEST_F(ImportTest, ChineseIsReadWithItsContextWhereThereIsRoberta) {
  add_base();
  import(gpt("v2"), sovits("v2"));
  const auto speak = [](const std::string& text) {
    const auto engine = engine_for({"me"});
    SpeakOptions options;
    options.self_check = false;
    options.sampling.top_k = myna::testing::kReducedCodes;
    const Voice voice = make_voice(*engine, "me", find_recordings("me"));
    std::vector<float> samples;
    SpeakReport report;
    // A short sentence may draw the same tokens by chance.
    for (options.seed = 0; options.seed < 4; ++options.seed) {
      report = Synthesizer(engine).speak(voice, text, options, [&](auto part) {
        samples.insert(samples.end(), part.begin(), part.end());
      });
    }
    return std::pair(samples, report.sentences[0].notes);
  };
  const auto [chinese_without, notes] = speak("你好，你好，你好，你好。");
  EXPECT_THAT(notes, Contains(HasSubstr("RoBERTa")));
  const auto [english_without, no_notes] = speak("Good morning.");
  EXPECT_TRUE(no_notes.empty());

  for (const bool old_names : {false, true}) {
    SCOPED_TRACE(old_names);
    myna::testing::write_reduced_roberta(folder_ / "pretrained", old_names);
    fs::remove(base_file(bases_dir(), BaseKind::kRoberta));
    const BaseImport base = import_base(folder_ / "pretrained", bases_dir());
    EXPECT_TRUE(base.parts[1].converted);
    const auto [chinese, chinese_notes] = speak("你好，你好，你好，你好。");
    EXPECT_TRUE(chinese_notes.empty());
    EXPECT_TRUE(chinese != chinese_without);
    EXPECT_TRUE(speak("Good morning.").first == english_without);
  }
}

TEST_F(ImportTest, RobertaIsCheckedWhenItIsConverted) {
  myna::testing::write_reduced_roberta(folder_ / "pretrained");
  const fs::path roberta = folder_ / "pretrained" / "chinese-roberta-wwm-ext-large";
  const auto message = [this]() -> std::string {
    try {
      import_base(folder_ / "pretrained", bases_dir());
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  Json config = myna::testing::reduced_roberta_config();
  config["intermediate_size"] = 33;
  write_file(roberta / "config.json", config.dump());
  EXPECT_THAT(message(), AllOf(HasSubstr("pytorch_model.bin"), HasSubstr("intermediate.dense"),
                               HasSubstr("[33, 1024]")));
  write_file(roberta / "config.json", myna::testing::reduced_roberta_config().dump());
  fs::remove(roberta / "tokenizer.json");
  EXPECT_THAT(message(), HasSubstr("vocab.txt"));
  EXPECT_FALSE(fs::exists(base_file(bases_dir(), BaseKind::kRoberta)));
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

TEST_F(ImportTest, AVoiceThatFailsToLoadLeavesTheOthersWorking) {
  add_base();
  const ImportedVoice good = import(gpt("v2"), sovits("v2"));
  const auto loaded_before = engine_for({"me"});
  const fs::path broken = voices_dir() / "broken";
  fs::copy(good.folder, broken);
  const std::string whole = read_text(broken / "sovits.safetensors");
  write_file(broken / "sovits.safetensors", whole.substr(0, whole.size() / 2));
  try {
    engine_for({"broken"});
    ADD_FAILURE() << "half a file was loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(error.subject(), HasSubstr("broken/sovits.safetensors"));
  }
  const auto spoken = [](const std::shared_ptr<const Engine>& engine) {
    SpeakOptions options;
    options.self_check = false;
    std::vector<float> samples;
    Synthesizer(engine).speak(
        make_voice(*engine, "me", find_recordings("me")), "Hi there.", options,
        [&](auto part) { samples.insert(samples.end(), part.begin(), part.end()); });
    return samples;
  };
  const std::vector<float> samples = spoken(loaded_before);
  EXPECT_GT(samples.size(), 3200u);
  EXPECT_EQ(spoken(engine_for({"me"})), samples);
  EXPECT_EQ(engine_for({"slt"})->compat(), Compat::kNone);
}

TEST_F(ImportTest, VersionsThatCannotSpeakYetSaySo) {
  add_base();
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
  add_base();
  fs::remove(base_file(bases_dir(), BaseKind::kEres2net));
  expect_refused(
      gpt("v2"), sovits("v2Pro"), ErrorCode::kNotFound,
      AllOf(HasSubstr("pretrained_eres2netv2w24s4ep4.ckpt"), HasSubstr("myna import --base")));
  import(gpt("v2"), sovits("v2"));  // the others do without it
}

/// Speaker networks that do not belong to the voice are named, not heard.
TEST_F(ImportTest, TheSpeakerNetworkMustFitTheVoice) {
  add_base();
  import(gpt("v2Pro"), sovits("v2Pro"));
  auto config = myna::testing::reduced_eres2net_config();
  config.outputs[3] = 32;
  myna::testing::write_reduced_eres2net(folder_ / "other" / "sv.ckpt", config);
  fs::remove(base_file(bases_dir(), BaseKind::kEres2net));
  import_base(folder_ / "other", bases_dir());
  const auto engine = engine_for({"me"});
  try {
    make_voice(*engine, "me", find_recordings("me"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
    EXPECT_THAT(std::string(error.what()), AllOf(HasSubstr("320"), HasSubstr("240")));
  }
}

class ReferenceTest : public ImportTest {
 protected:
  void SetUp() override {
    ImportTest::SetUp();
    add_base();
    import(gpt("v2Pro"), sovits("v2Pro"));
    engine_ = engine_for({"me"});
  }
  Voice voice_of(const std::vector<std::string>& names) const {
    std::vector<Recording> recordings;
    for (const std::string& name : names) {
      for (Recording& one : find_recordings(name)) recordings.push_back(std::move(one));
    }
    return make_voice(*engine_, "me", recordings);
  }
  std::vector<float> style_of(const std::vector<std::string>& names) const {
    return engine_->backend().to_host(voice_of(names).style).to_floats();
  }
  /// Styles and prompts that were computed so far.
  std::pair<int64_t, int64_t> made() const {
    return {engine_->references().styles.made(), engine_->references().prompts.made()};
  }
  std::shared_ptr<const Engine> engine_;
};

TEST_F(ReferenceTest, SeveralAreAveraged) {
  const auto slt = style_of({"slt"}), rms = style_of({"rms"}), both = style_of({"slt", "rms"});
  ASSERT_EQ(both.size(), 24u);
  double difference = 0;
  for (size_t i = 0; i < both.size(); ++i) {
    EXPECT_NEAR(both[i], (slt[i] + rms[i]) / 2, 1e-6);
    difference += std::abs(double(slt[i]) - rms[i]);
  }
  EXPECT_GT(difference, 1e-4);
}

TEST_F(ReferenceTest, TheSpeakerVectorIsHeard) {
  const auto before = style_of({"slt"});
  myna::testing::write_reduced_eres2net(folder_ / "other" / "sv.ckpt",
                                        myna::testing::reduced_eres2net_config(), 12);
  fs::remove(base_file(bases_dir(), BaseKind::kEres2net));
  import_base(folder_ / "other", bases_dir());
  engine_ = engine_for({"me"});
  EXPECT_NE(style_of({"slt"}), before);
}

TEST_F(ReferenceTest, AreReadOncePerContentNotPerPath) {
  const auto copy = [&](const char* from, const fs::path& to) {
    fs::copy_file(kAssets / "samples" / from, to, fs::copy_options::overwrite_existing);
    return to.string();
  };
  using Counts = std::pair<int64_t, int64_t>;
  const std::string a = copy("slt.flac", folder_ / "a.flac");
  const std::string b = copy("slt.flac", folder_ / "b.flac");
  const Voice first = voice_of({a}), second = voice_of({b});
  EXPECT_EQ(made(), Counts(1, 1));
  EXPECT_EQ(first.prompt_codes, second.prompt_codes);
  EXPECT_EQ(first.notes[0].recording, "a.flac");
  EXPECT_EQ(second.notes[0].recording, "b.flac");
  // Another transcript is other phones for the same codes.
  write_file(folder_ / "b.txt", "Other words.");
  EXPECT_NE(voice_of({b}).prompt_phones, second.prompt_phones);
  EXPECT_EQ(made(), Counts(1, 1));
  // Another recording under the old path.
  copy("rms.flac", folder_ / "a.flac");
  EXPECT_NE(voice_of({a}).prompt_codes, first.prompt_codes);
  EXPECT_EQ(made(), Counts(2, 2));
  // Of several, only the best one's codes are needed.
  voice_of({"slt", "rms"});
  EXPECT_EQ(made(), Counts(2, 2));
}

TEST_F(ReferenceTest, AsTheReferenceDoes) {
  EngineOptions options;
  options.compat = Compat::kReference;
  const auto mine = voice_of({"slt"});
  engine_ = engine_for({"me"}, options);
  const auto recordings = find_recordings("slt");
  const Voice voice = make_voice(*engine_, "me", recordings);
  // All of it and 0.6 s of silence; HuBERT's last frames are not whole.
  const double seconds = recordings[0].clip.seconds() + 0.6;
  EXPECT_NEAR(double(voice.prompt_codes.size()), 25 * seconds, 1);
  const double used = mine.notes[0].end_seconds - mine.notes[0].begin_seconds + 0.3;
  EXPECT_NEAR(double(mine.prompt_codes.size()), 25 * used, 1);

  auto mute = recordings;  // no transcript: no prompt
  mute[0].transcript.clear();
  EXPECT_TRUE(make_voice(*engine_, "me", mute).prompt_codes.empty());
  auto longer = recordings;
  longer[0].clip.samples.insert(longer[0].clip.samples.end(), recordings[0].clip.samples.begin(),
                                recordings[0].clip.samples.end());
  EXPECT_THROW(make_voice(*engine_, "me", longer), Error);
  EXPECT_THROW(engine_for({"slt"}, options), Error);

  std::vector<float> samples;
  const SpeakReport report = Synthesizer(engine_).speak(
      voice, "Hello over there.", {},
      [&](auto part) { samples.insert(samples.end(), part.begin(), part.end()); });
  EXPECT_GE(report.sentences.at(0).tokens, 11);
  EXPECT_EQ(report.sentences[0].verdict, Verdict::kUnchecked);
  EXPECT_EQ(int64_t(samples.size()), report.sentences[0].tokens * 1280 + 9600);
}

/// A transcript that ends without a mark gets one, so that the text does not hang on to it.
TEST_F(ReferenceTest, TranscriptsEndWithAMark) {
  auto recordings = find_recordings("slt");
  recordings[0].transcript = "Some words";
  const Voice open = make_voice(*engine_, "me", recordings);
  recordings[0].transcript = "Some words.";
  EXPECT_EQ(open.prompt_phones, make_voice(*engine_, "me", recordings).prompt_phones);
}

TEST_F(ImportTest, BasesAreConvertedOnce) {
  myna::testing::write_reduced_base(folder_ / "pretrained");
  file("pretrained/broken.pth", "PK\3\4 not really");
  const BaseImport first = import_base(folder_ / "pretrained", bases_dir());
  ASSERT_EQ(first.parts.size(), base_parts().size());
  EXPECT_TRUE(first.parts[0].converted);
  EXPECT_FALSE(first.parts[1].present);
  EXPECT_TRUE(first.parts[2].converted);
  EXPECT_THAT(first.notes, Contains(HasSubstr("broken.pth")));
  const BaseImport again = import_base(folder_ / "pretrained", bases_dir());
  EXPECT_TRUE(again.parts[0].present);
  EXPECT_FALSE(again.parts[0].converted);
}

}  // namespace
}  // namespace myna::voice
