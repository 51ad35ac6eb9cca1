// Exported graphs, run by onnxruntime, against the reference vectors and against what the networks
// give on the CPU backend.
#include "models/onnx_export.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "compute/cpu/cpu_backend.h"
#include "models/duration_predictor.h"
#include "models/excitation.h"
#include "models/golden_support.h"
#include "models/model_file.h"
#include "models/onnx_graphs.h"
#include "models/sovits_golden.h"
#include "support/official_weights.h"
#include "support/onnx_runtime.h"

namespace myna::models {
namespace {

using compute::onnx::Recorder;
using myna::testing::GoldenGenerator;
using myna::testing::NamedTensors;
using myna::testing::run_onnx;
using myna::testing::run_onnx_script;

HostTensor ids(std::vector<int64_t> values) {
  const auto count = int64_t(values.size());
  return HostTensor::from_ints({1, count}, std::move(values));
}

HostTensor drawn_ids(const std::string& name, int64_t count, int64_t limit) {
  return ids(GoldenGenerator(name).integers(size_t(count), 0, limit));
}

HostTensor drawn(const std::string& name, const Shape& shape, double scale = 1) {
  const auto count = size_t(tensor::element_count(shape));
  return HostTensor::from_floats(shape, GoldenGenerator(name).floats(count, 0, scale));
}

/// `actual` within `tolerance` of the largest value of `wanted` (at least of 1).
void expect_near(const HostTensor& actual, const HostTensor& wanted, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(actual.shape(), wanted.shape()) << what;
  double worst = 0, top = 1;
  for (size_t i = 0; i < actual.f32().size(); ++i) {
    ASSERT_TRUE(std::isfinite(actual.f32()[i])) << what;
    top = std::max(top, std::abs(double(wanted.f32()[i])));
    worst = std::max(worst, std::abs(double(actual.f32()[i]) - double(wanted.f32()[i])));
  }
  EXPECT_LE(worst, tolerance * top) << what;
}

// The reference vectors -------------------------------------------------------------------------

TEST(OnnxExport, TextToTokensIsTheReferences) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  const auto golden = myna::testing::golden_group("t2s_small");
  const Json& info = golden.manifest().at("cases").at("small");
  myna::testing::GoldenSource source("t2s_small", "small");
  const auto recorder = std::make_shared<Recorder>();
  const T2s t2s(recorder, source, T2sConfig::from_json(info.at("config"), "small"));
  const myna::testing::TempDir folder;
  tensor::write_onnx(folder / "t2s_prompt.onnx", t2s_prompt_graph(*recorder, t2s));
  tensor::write_onnx(folder / "t2s_step.onnx", t2s_step_graph(*recorder, t2s));

  const int64_t text = info.at("text_len"), zero_from = info.at("bert_zero_from");
  const auto columns =
      GoldenGenerator("input.t2s.small.bert").floats(size_t(1024 * text), 0, std::sqrt(3.0));
  std::vector<float> bert(columns.size(), 0.0f);
  for (int64_t t = 0; t < zero_from; ++t)
    for (int64_t c = 0; c < 1024; ++c) bert[size_t(t * 1024 + c)] = columns[size_t(c * text + t)];
  NamedTensors inputs = {{"phones", drawn_ids("input.t2s.small.phones", text, 732)},
                         {"bert", HostTensor::from_floats({1, text, 1024}, bert)}};
  for (const bool prompted : {true, false}) {
    const std::string mode = prompted ? "prompt" : "noprompt";
    inputs["prompt"] =
        drawn_ids("input.t2s.small.prompt", prompted ? int64_t(info.at("prompt_len")) : 0, 1024);
    const Json& greedy = info.at(prompted ? "greedy" : "greedy_noprompt");
    const auto spoken = run_onnx_script("greedy.mjs", folder.path(), inputs,
                                        std::to_string(greedy.at("steps").get<int>()));
    EXPECT_EQ(spoken.at("tokens").to_ints(), golden.stored<int64_t>("small." + mode + ".tokens"));
    std::vector<float> listed;
    for (const int64_t step : greedy.at("logit_steps").get<std::vector<int64_t>>()) {
      const auto row = spoken.at("logits").f32().subspan(size_t(step * 1025), 1025);
      listed.insert(listed.end(), row.begin(), row.end());
    }
    golden.expect_close("small." + mode + ".logits", listed);
  }
}

TEST(OnnxExport, TokensToSpeechIsTheReferences) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  Recorder recorder;
  myna::testing::SovitsGolden source(recorder, "sovits_small");
  const Sovits& sovits = source.sovits();
  const auto& golden = source.golden();
  const auto style =
      run_onnx(sovits_style_graph(recorder, sovits), {{"spec", source.input("refer1")}})
          .at("style");
  golden.expect_close("ge1", style.f32());

  const auto encoder = sovits_encoder_graph(recorder, sovits);
  const auto decoder = sovits_decoder_graph(recorder, sovits);
  const HostTensor noise = source.input("noise");
  for (const float scale : {0.0f, 0.5f}) {
    std::vector<float> scaled = noise.to_floats();
    for (float& v : scaled) v *= scale;
    const auto encoded =
        run_onnx(encoder, {{"codes", ids(source.input("codes").to_ints())},
                           {"phones", ids(source.input("text").to_ints())},
                           {"style", style},
                           {"noise", HostTensor::from_floats(noise.shape(), scaled)}});
    if (scale == 0.0f) golden.expect_close("A.m_p", encoded.at("latents").f32());
    const auto spoken = run_onnx(decoder, {{"latents", encoded.at("latents")}, {"style", style}});
    golden.expect_close(scale == 0.0f ? "A.wav" : "B.wav", spoken.at("samples").f32());
  }
}

// Model files -----------------------------------------------------------------------------------

/// Exported graphs beside the same model files on the CPU backend.
class Pair {
 public:
  explicit Pair(const std::filesystem::path& models)
      : exported_(write_onnx_graphs(models, folder_.path())), cpu_(compute::make_cpu_backend()) {
    const ModelFile gpt = open_model_file(models / "t2s.safetensors", "t2s");
    T2sConfig config = T2sConfig::from_json(gpt.config, gpt.subject());
    config.precision = Precision::kF32;
    t2s_.emplace(cpu_, *gpt.source(), config);
    const ModelFile file = open_model_file(models / "sovits.safetensors", "sovits");
    SovitsOptions exact;
    exact.precision = SovitsPrecision::exact();
    sovits_.emplace(*cpu_, *file.source(), SovitsConfig::from_json(file.config, file.subject()),
                    exact);
    if (!config.spread_text) return;
    const ModelFile lasting = open_model_file(models / "durations.safetensors", "durations");
    durations_.emplace(*cpu_, *lasting.source(),
                       DurationConfig::from_json(lasting.config, lasting.subject()));
  }

  const OnnxExport& exported() const { return exported_; }
  std::filesystem::path graph(const std::string& name) const { return folder_ / (name + ".onnx"); }

  /// Logits of the prompt pass and of `steps` greedy steps.
  void compare_tokens(int64_t text, int64_t prompt, int64_t steps) {
    const T2sConfig& config = t2s_->config();
    NamedTensors inputs = {{"phones", drawn_ids("phones", text, config.phoneme_vocab_size)}};
    if (config.bert_dim > 0) inputs["bert"] = drawn("bert", {1, text, config.bert_dim});
    std::vector<int64_t> tokens;
    if (!config.spread_text) {
      inputs["prompt"] = drawn_ids("prompt", prompt, config.eos);
      tokens = inputs["prompt"].to_ints();
    }
    const auto spoken =
        run_onnx_script("greedy.mjs", folder_.path(), inputs, std::to_string(steps));
    // Each step is compared with a whole pass over the tokens so far, which is f32 throughout.
    for (int64_t step = 0; step < steps; ++step) {
      const auto cache = t2s_->make_cache(1, text + prompt + steps);
      const Tensor bert = config.bert_dim > 0 ? cpu_->from_host(inputs["bert"]) : Tensor();
      const Tensor before = tokens.empty() ? Tensor() : cpu_->from_host(ids(tokens));
      const HostTensor wanted = cpu_->to_host(
          t2s_->prompt(*cache, 0, cpu_->from_host(inputs["phones"]), bert, before).logits);
      const auto row = spoken.at("logits").f32().subspan(size_t(step * config.vocab_size),
                                                         size_t(config.vocab_size));
      expect_near(HostTensor::from_floats(wanted.shape(), {row.begin(), row.end()}), wanted, 2e-5,
                  "logits of step " + std::to_string(step));
      const auto best = std::max_element(wanted.f32().begin(), wanted.f32().end());
      const int64_t token = spoken.at("tokens").to_ints()[size_t(step)];
      EXPECT_EQ(token, best - wanted.f32().begin());
      tokens.push_back(token);
    }
  }

  /// Style of a drawn spectrogram, and the samples that `count` codes become.
  void compare_speech(int64_t count, int64_t text) {
    const SovitsConfig& config = sovits_->config();
    std::vector<float> spec = drawn("spec", {1, config.spec_bins(), 40}).to_floats();
    for (float& v : spec) v = std::abs(v);
    NamedTensors heard = {
        {"spec", HostTensor::from_floats({1, config.spec_bins(), 40}, std::move(spec))}};
    std::vector<Tensor> speakers;
    if (config.is_pro()) {
      heard["speaker"] = drawn("speaker", {1, config.speaker_channels});
      speakers.push_back(cpu_->from_host(heard["speaker"]));
    }
    const Tensor style = sovits_->style({cpu_->from_host(heard["spec"])}, speakers);
    const HostTensor ge = run_onnx(graph("sovits_style"), heard).at("style");
    expect_near(ge, cpu_->to_host(style), 2e-5, "style");

    const HostTensor codes = drawn_ids("codes", count, config.codebook_size);
    const HostTensor phones = drawn_ids("said", config.spread_text ? count : text, config.symbols);
    const Prior prior = sovits_->encode(cpu_->from_host(codes), cpu_->from_host(phones), style);
    const HostTensor noise = drawn("noise", prior.mean.shape(), 0.5);
    const auto encoded =
        run_onnx(graph("sovits_encoder"),
                 {{"codes", codes}, {"phones", phones}, {"style", ge}, {"noise", noise}});
    Spoken spoken;
    spoken.latents = sovits_->latents(prior, cpu_->from_host(noise), 1.0f);
    expect_near(encoded.at("latents"), cpu_->to_host(spoken.latents), 5e-5, "latents");

    NamedTensors inputs = {{"latents", encoded.at("latents")}, {"style", ge}};
    if (config.has_pitch()) {
      const HostTensor pitch = cpu_->to_host(sovits_->log_pitch(prior, style));
      expect_near(encoded.at("log_pitch"), pitch, 5e-5, "log_pitch");
      const Excitation made =
          make_excitation(pitch.f32(), config.hop_length, config.sampling_rate, 7);
      std::vector<float> both = made.pulses;
      both.insert(both.end(), made.noise.begin(), made.noise.end());
      const auto samples = int64_t(made.noise.size());
      inputs["excitation"] = HostTensor::from_floats({1, 2, samples}, std::move(both));
      spoken.excitation = cpu_->from_host(inputs["excitation"]);
    }
    const auto samples = run_onnx(graph("sovits_decoder"), inputs).at("samples");
    EXPECT_EQ(samples.dim(2), count * config.frames_per_code * config.hop_length);
    expect_near(samples, cpu_->to_host(sovits_->decode(spoken, style)), 1e-4, "samples");
  }

  void compare_durations(int64_t text) {
    if (!durations_) return;
    const HostTensor phones = drawn_ids("phones", text, durations_->config().symbols);
    expect_near(run_onnx(graph("durations"), {{"phones", phones}}).at("log_tokens"),
                cpu_->to_host(durations_->log_tokens(cpu_->from_host(phones))), 2e-5, "durations");
  }

 private:
  myna::testing::TempDir folder_;
  OnnxExport exported_;
  std::shared_ptr<compute::Backend> cpu_;
  std::optional<T2s> t2s_;
  std::optional<Sovits> sovits_;
  std::optional<DurationPredictor> durations_;
};

/// Model files of reduced official networks.
void write_reduced(const std::filesystem::path& folder, const std::string& version) {
  Json sovits = myna::testing::reduced_sovits_config(version);
  const auto weights = myna::testing::reduced_sovits(version);
  if (const auto speaker = weights.find("sv_emb.weight"); speaker != weights.end())
    sovits["model"]["speaker_channels"] = speaker->second.dim(1);
  write_model_file(folder / "sovits.safetensors", "sovits", sovits, {}, weights, false);
  write_model_file(folder / "t2s.safetensors", "t2s",
                   myna::testing::reduced_t2s_config(version).at("model"), {},
                   myna::testing::reduced_t2s(version), false);
}

TEST(OnnxExport, TheStartersGraphsSpeakAsItDoes) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  Pair pair(MYNA_SOURCE_DIR "/assets/starter");
  pair.compare_durations(9);
  pair.compare_tokens(25, 0, 4);
  pair.compare_speech(25, 0);
  pair.compare_speech(3, 0);
}

class OnnxExportVersion : public ::testing::TestWithParam<const char*> {};

TEST_P(OnnxExportVersion, GraphsOfOfficialNetworksSpeakAsTheseDo) {
  MYNA_REQUIRE_ONNX_RUNTIME();
  const myna::testing::TempDir models;
  write_reduced(models.path(), GetParam());
  Pair pair(models.path());
  EXPECT_EQ(pair.exported().version, GetParam());
  pair.compare_tokens(12, 7, 4);
  pair.compare_tokens(30, 1, 2);
  pair.compare_speech(11, 9);
  pair.compare_speech(2, 23);
}

INSTANTIATE_TEST_SUITE_P(Versions, OnnxExportVersion, ::testing::Values("v1", "v2", "v2Pro"));

TEST(OnnxExport, TheCheckerAgreesAndTheFilesAreNamed) {
  const myna::testing::TempDir models, graphs;
  myna::testing::write_tiny_base(models.path(), 1, true);
  const OnnxExport done = write_onnx_graphs(models.path(), graphs / "new/folder");
  std::vector<std::string> names;
  for (const auto& file : done.files) names.push_back(file.filename().string());
  EXPECT_THAT(names, ::testing::ElementsAre("t2s_prompt.onnx", "t2s_step.onnx", "durations.onnx",
                                            "sovits_style.onnx", "sovits_encoder.onnx",
                                            "sovits_decoder.onnx", "model.json"));
  const Json info = read_json(done.files.back());
  EXPECT_EQ(info.at("graphs").size(), 6u);
  EXPECT_EQ(info.at("t2s").at("end_token"), 64);
  MYNA_REQUIRE_ONNX_CHECKER();
  for (const auto& file : done.files) {
    if (file.extension() != ".onnx") continue;
    EXPECT_EQ(myna::testing::onnx_complaints(file), "") << file;
  }
}

}  // namespace
}  // namespace myna::models
